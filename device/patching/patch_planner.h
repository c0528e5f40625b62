// Whether a `syscall` or cpuid instruction can be made to lead to the agent, and which instructions
// give way. (Whatever is said of `syscall` here holds for cpuid, too. One with prefixes is
// refused. One with an rdtsc or rdtscp begins with it, and goes on behind; the rest is as for the
// others.)
//
// A window (patch_window.h) is the fewest whole instructions directly before the `syscall` that
// have the 5 bytes of a jump. It is refused unless all of this is certain:
//
//   - Its instructions are instructions: following the jumps of their function gets to each, and
//     each falls through to the next. (Decoding backwards proves nothing on x86.)
//   - Nothing enters it but at its first byte. The `syscall` behind it may be jumped to: that is a
//     stop. Direct jumps are known, or looked for among bytes that may be one (may_jump_into(), and
//     call_sites.h for the rest of the file). Indirect ones are not: so in a function that jumps to
//     where a register or a table says, a window has one instruction only; between instructions of
//     which there is one, nothing can enter. What the unwinder enters at (a catch, a cleanup) is
//     never fallen into from above, so is not inside of a window.
//   - Its instructions do the same in the stub: a displacement that counts from rip is adjusted,
//   and
//     calls, loops, and whatever asks the processor or traps, stay where they are (movable.h).
//   - Only the first can fault. The others touch no memory but beside the code, at rsp, or at a
//     constant from %fs.
//
// What is left to whoever writes the patch into a process:
//
//   - The memory is private, and holds what the plan was made of: window and `syscall`.
//   - No instruction pointer is inside of the window, neither a task's nor one that a signal frame
//     keeps for later. (At its first byte is fine.) Certain where the code has just been mapped.
//   - A task that is stopped inside of the stub, by a fault, a signal that cannot wait, or a step,
//     is shown to the program at program_address(). If that is inside of the window, the original
//     code is put back first. (After a fault it is the site, unless a stack or a file is at its
//     end.)
//   - A program that reads its own code sees the change.
//
// Pure functions on bytes.
#pragma once

#include <cstdint>
#include <expected>

#include "base/bytes.h"
#include "device/code/machine_code.h"
#include "device/patching/movable.h"
#include "device/patching/patch_refusal.h"
#include "device/patching/patch_window.h"

namespace mecrr {

/// Not for two threads at once; making one costs some µs (Capstone).
class PatchPlanner {
 public:
  /// For the `syscall`, cpuid or rdtsc at offset `call` of a function; kNotReached if there is
  /// none. `map` is map_code(function). What is outside of the function is not considered: with
  /// more than one instruction, somebody else sees to it that nothing outside jumps between them.
  std::expected<PatchWindow, PatchRefusal> plan(ByteView function, const CodeMap& map,
                                                std::uint64_t call);

 private:
  std::expected<PatchWindow, PatchRefusal> plan_counter(ByteView function, const CodeMap& map,
                                                        std::uint64_t counter);
  std::optional<PatchRefusal> refusal(const PatchWindow& window);

  MovableInstructions movable_;
};

/// Whether bytes of `code` may be a short jump (jmp, jcc, loop, jrcxz) to a byte strictly inside of
/// [start, end); these count from the code's first byte, and may be outside of it. `map` is
/// map_code(code): what it knows to be the middle of an instruction is no jump. Without a map
/// (null) any byte may begin one.
bool may_jump_into(ByteView code, const CodeMap* map, std::int64_t start, std::int64_t end);

}  // namespace mecrr
