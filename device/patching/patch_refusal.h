// Why a call site does not lead to the agent: each of its calls is a stop, as without an agent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mecrr {

enum class PatchRefusal : std::uint8_t {
  kNoFunction,          ///< neither unwind table nor symbols say where its function begins
  kNotReached,          ///< following the function's jumps does not get to it
  kTooLittleRoom,       ///< less than 5 bytes behind where something else begins or ends
  kBranchInside,        ///< something jumps between the instructions that would give way, or may
  kIndirectJumps,       ///< the same, since the function's jumps are not all known
  kMayFault,            ///< an instruction that may fault, behind another
  kCannotMove,          ///< an instruction that does not do the same elsewhere
  kUnknownInstruction,  ///< one that Capstone does not know
  kSignalReturn,        ///< what unwinders recognize by its bytes; it is always a stop, too
  kOutOfReach,          ///< no room for a stub within 2 GiB
};
inline constexpr std::size_t kPatchRefusals = 10;

/// For people, lower case, fits behind "not patched: ".
std::string_view text(PatchRefusal refusal);

}  // namespace mecrr
