// What a single step does besides executing an instruction, and the device puts right.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/remote_address.h"
#include "device/registers.h"

namespace mecrr::ptrace {

inline constexpr std::uint64_t kTrapFlag = 0x100;
inline constexpr std::size_t kMaxInstructionBytes = 15;

/// Where a single step has begun.
struct StepFrom {
  RemoteAddress at;
  bool has_trap_flag;  ///< the program's own
};

inline StepFrom step_from(const Registers& registers) {
  return {RemoteAddress(registers.rip), (registers.eflags & kTrapFlag) != 0};
}

/// The instruction that was stepped.
struct SteppedInstruction {
  bool repeats;  ///< with a `rep` prefix: it may be where it was afterwards, and still the same
  bool pushes_flags;  ///< pushf: stores the trap flag of the step where the program could see it
  bool pops_flags;    ///< popf, iret: the trap flag behind it is the program's doing
};

/// @param code  kMaxInstructionBytes, or as much as can be read
SteppedInstruction stepped_instruction(ByteView code);

}  // namespace mecrr::ptrace
