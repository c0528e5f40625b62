// What one instruction is about to do with memory, given the registers before it: Capstone's
// reading of it.
//
// Capstone 4.0.2 (Debian 12) does not know every instruction: of those it tells nothing. So an
// answer may lack operands, and must not be what exactness hangs on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/remote_address.h"
#include "device/registers.h"

struct cs_insn;

namespace mecrr {

struct MemoryOperand {
  RemoteRange range;
  bool is_written;  ///< else it is only read
};

struct Operands {
  std::size_t length = 0;  ///< of the instruction; 0: not known
  bool repeats = false;    ///< a string instruction with rep: it can be interrupted part-way
  /// It has side effects that single-stepping would change or show: it stores or loads flags, makes
  /// a call, or traps.
  bool shows_steps = false;
  std::vector<MemoryOperand> memory{};  ///< what push, call, ret and their like do included
};

/// Holds an open Capstone. Not for two threads at once.
class OperandReader {
 public:
  OperandReader();
  ~OperandReader();
  OperandReader(const OperandReader&) = delete;
  OperandReader& operator=(const OperandReader&) = delete;

  /// @param code  from the instruction on, whose address is registers.rip
  Operands read(ByteView code, const Registers& registers);

 private:
  std::size_t capstone_ = 0;  // a csh
  cs_insn* decoded_ = nullptr;
};

}  // namespace mecrr
