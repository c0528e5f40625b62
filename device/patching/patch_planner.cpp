#include "device/patching/patch_planner.h"

#include <sys/syscall.h>

#include <algorithm>

namespace mecrr {
namespace {

constexpr std::uint64_t kMostInstructionBytes = 15;

/// Where the one instruction begins that ends, and goes on, at `end`. kTooLittleRoom if none is
/// known, kBranchInside if there are several: then one of them is jumped into.
std::expected<std::uint64_t, PatchRefusal> start_of_instruction_before(ByteView function,
                                                                       const CodeMap& map,
                                                                       std::uint64_t end) {
  std::optional<std::uint64_t> found;
  for (std::uint64_t length = 1; length <= std::min(end, kMostInstructionBytes); ++length) {
    const std::uint64_t at = end - length;
    if (!map.starts(at)) continue;
    const auto shape = shape_of(function.subspan(at));
    if (!shape || shape->length != length) continue;
    if (found) return std::unexpected(PatchRefusal::kBranchInside);
    if (shape->flow == Flow::kTarget || shape->flow == Flow::kElsewhere || shape->is_call)
      return std::unexpected(PatchRefusal::kTooLittleRoom);
    found = at;
  }
  if (!found) return std::unexpected(PatchRefusal::kTooLittleRoom);
  return *found;
}

/// The bytes of the led instruction at `start` and of those behind it that have to give way with
/// it.
std::expected<std::uint64_t, PatchRefusal> bytes_from(ByteView function, const CodeMap& map,
                                                      std::uint64_t start) {
  std::uint64_t end = start;
  while (end - start < PatchWindow::kJumpBytes) {
    if (end >= function.size() || !map.starts(end))
      return std::unexpected(PatchRefusal::kTooLittleRoom);
    const auto shape = shape_of(function.subspan(end));
    if (!shape || shape->flow != Flow::kNext || shape->is_call)
      return std::unexpected(PatchRefusal::kTooLittleRoom);
    end += shape->length;
  }
  return end - start;
}

/// Whether something known enters strictly inside of [start, call).
bool is_entered(const CodeMap& map, const PatchWindow& window, std::uint64_t start) {
  const auto inside = std::ranges::upper_bound(map.targets, static_cast<std::int64_t>(start));
  if (inside != map.targets.end() && *inside < static_cast<std::int64_t>(start + window.size()))
    return true;
  // Instructions that overlap the window's: what falls into them enters, too.
  std::size_t starts = 0;
  for (std::uint64_t at = start; at < start + window.size(); ++at) starts += map.starts(at);
  return starts != window.instructions().size();
}

/// Why something enters between the window's instructions, or may, if it does.
std::optional<PatchRefusal> entry(ByteView function, const CodeMap& map, const PatchWindow& window,
                                  std::uint64_t start) {
  if (is_entered(map, window, start)) return PatchRefusal::kBranchInside;
  if (window.instructions().size() == 1) return std::nullopt;
  if (map.jumps_indirectly) return PatchRefusal::kIndirectJumps;
  if (may_jump_into(function, &map, static_cast<std::int64_t>(start),
                    static_cast<std::int64_t>(start + window.size())))
    return PatchRefusal::kBranchInside;
  return std::nullopt;
}

bool is_short_jump(std::uint8_t opcode) {
  return opcode >> 4 == 7 || opcode == 0xeb || (opcode >= 0xe0 && opcode <= 0xe3);
}

}  // namespace

std::expected<PatchWindow, PatchRefusal> PatchPlanner::plan(ByteView function, const CodeMap& map,
                                                            std::uint64_t call) {
  using enum PatchRefusal;
  const auto led = led_instruction(function, call);
  if (!led || !map.starts(call)) return std::unexpected(kNotReached);
  if (*led == LedInstruction::kCounter) return plan_counter(function, map, call);

  std::uint64_t start = call;
  while (call - start < PatchWindow::kJumpBytes) {
    const auto before = start_of_instruction_before(function, map, start);
    if (!before) return std::unexpected(before.error());
    start = *before;
  }
  const auto window = PatchWindow::of(function.subspan(start, call - start), *led);
  if (!window) return std::unexpected(kCannotMove);  // a jump that is not plain
  if (window->number() == SYS_rt_sigreturn) return std::unexpected(kSignalReturn);

  if (const auto why = refusal(*window)) return std::unexpected(*why);
  if (const auto why = entry(function, map, *window, start)) return std::unexpected(*why);
  return *window;
}

std::expected<PatchWindow, PatchRefusal> PatchPlanner::plan_counter(ByteView function,
                                                                    const CodeMap& map,
                                                                    std::uint64_t counter) {
  const auto bytes = bytes_from(function, map, counter);
  if (!bytes) return std::unexpected(bytes.error());
  const auto window = PatchWindow::of(function.subspan(counter, *bytes), LedInstruction::kCounter);
  if (!window) return std::unexpected(PatchRefusal::kCannotMove);
  if (const auto why = refusal(*window)) return std::unexpected(*why);
  if (const auto why = entry(function, map, *window, counter)) return std::unexpected(*why);
  return *window;
}

/// Why the window's instructions cannot be executed elsewhere, if they cannot.
std::optional<PatchRefusal> PatchPlanner::refusal(const PatchWindow& window) {
  using Position = MovableInstructions::Position;
  const auto instructions = window.instructions();
  // The rdtsc itself is executed by the agent.
  const std::size_t first = window.is_led_first() ? 1 : 0;
  for (std::size_t i = first; i < instructions.size(); ++i) {
    const Position position = i == 0 ? Position::kFirst : Position::kLater;
    const ByteView code = window.code().subspan(instructions[i].offset, instructions[i].length);
    if (const auto why = movable_.refusal(code, position)) return why;
  }
  return std::nullopt;
}

bool may_jump_into(ByteView code, const CodeMap* map, std::int64_t start, std::int64_t end) {
  constexpr std::int64_t kReach = 130;  // a short jump's own bytes and its displacement
  const auto size = static_cast<std::int64_t>(code.size());
  const std::int64_t first = std::max<std::int64_t>(start - kReach, 0);
  const std::int64_t last = std::min(end + kReach, size - 1);  // the displacement is behind
  for (std::int64_t at = first; at < last; ++at) {
    const auto index = static_cast<std::size_t>(at);
    if (!is_short_jump(std::to_integer<std::uint8_t>(code[index]))) continue;
    if (map != nullptr && map->bytes[index] == CodeMap::Byte::kInside) continue;
    const std::int64_t target = at + 2 + std::to_integer<std::int8_t>(code[index + 1]);
    if (target > start && target < end) return true;
  }
  return false;
}

}  // namespace mecrr
