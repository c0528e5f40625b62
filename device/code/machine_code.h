// x86-64 machine code as far as lengths and jumps go: where instructions begin.
//
// Made for finding out whether some bytes are an instruction. Capstone 4.0.2 (Debian 12) knows
// fewer instructions than its contemporaries' compilers emit, and cannot step over those it does
// not know; a length needs only the opcode map, and so is right for instructions that are not
// invented yet.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"

namespace mecrr {

/// How control leaves an instruction.
enum class Flow : std::uint8_t {
  kNext,          ///< to the next instruction only (interrupts and faults aside); calls too
  kNextOrTarget,  ///< conditional jump
  kTarget,        ///< jump
  kElsewhere,     ///< return, indirect jump, or none: ud2, hlt
};

struct InstructionShape {
  std::uint8_t length;
  Flow flow;
  std::int32_t displacement = 0;  ///< of a direct jump or call, from the next instruction
  bool is_call = false;           ///< direct call
};

/// Of the instruction that begins at code[0]; empty if the bytes are none in 64-bit mode, or `code`
/// ends inside of it. Some bytes that a processor refuses (reserved opcodes) are taken for one.
std::optional<InstructionShape> shape_of(ByteView code);

/// Which bytes of a function begin an instruction: those that are found by following jumps from its
/// first byte. All of them are code if the function is; code that only indirect jumps and unwinding
/// lead to is not among them.
std::vector<bool> follow_jumps(ByteView function);

}  // namespace mecrr
