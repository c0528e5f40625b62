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
  bool is_indirect_jump = false;  ///< to where a register or memory says
  std::uint8_t rip_relative = 0;  ///< where the 4-byte displacement of a memory operand stands that
                                  ///< counts from the next instruction; 0 if there is none
};

/// Of the instruction that begins at code[0]; empty if the bytes are none in 64-bit mode, or `code`
/// ends inside of it. Some bytes that a processor refuses (reserved opcodes) are taken for one.
std::optional<InstructionShape> shape_of(ByteView code);

/// What following the jumps of a function from its first byte tells of it. All of what is reached
/// is code if the function is; code that only indirect jumps and unwinding lead to is not reached.
struct CodeMap {
  enum class Byte : std::uint8_t {
    kUnknown,  ///< not reached
    kStart,    ///< an instruction begins here
    kInside,   ///< one that began before goes on here, and none begins
  };

  std::vector<Byte> bytes;            ///< one for each of the function
  std::vector<std::int64_t> targets;  ///< of its direct jumps and calls, counted from its first
                                      ///< byte, inside and outside; in order, repeated
  bool jumps_indirectly =
      false;  ///< to where a register says, or a table; not: through a pointer
              ///< at a fixed place, which is how functions elsewhere are reached

  bool starts(std::uint64_t at) const { return bytes[at] == Byte::kStart; }
};

/// Costs 20 ns or so an instruction.
CodeMap map_code(ByteView function);

/// CodeMap::starts() of each byte.
std::vector<bool> follow_jumps(ByteView function);

}  // namespace mecrr
