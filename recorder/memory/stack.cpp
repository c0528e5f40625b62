#include "recorder/memory/stack.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "base/files.h"
#include "device/calls/errno_names.h"
#include "recorder/memory/mapping.h"

namespace mecrr {
namespace {

/// A stack without limit is taken to have this one.
constexpr std::uint64_t kMaxStackBytes = std::uint64_t{1} << 30;
/// The kernel keeps a growing stack this far from what is below it (stack_guard_gap).
constexpr std::uint64_t kStackGuardBytes = 256 * kPageBytes;

bool sets_stack_limit(const SystemCall& call) {
  if (call.number == SYS_setrlimit) return call.arguments[0] == RLIMIT_STACK;
  return call.number == SYS_prlimit64 && call.arguments[1] == RLIMIT_STACK &&
         call.arguments[2] != 0;
}

/// As in struct rlimit. Asked of /proc and not of prlimit(), which one privilege less answers: the
/// task may run a program with the rights of a group that we are not in.
Result<std::uint64_t> stack_limit(Tid tid) {
  const std::string limits = TRY(read_text_file(fmt::format("/proc/{}/limits", tid)));
  constexpr std::string_view kName = "Max stack size";
  const std::size_t name = limits.find(kName);
  const std::size_t soft =
      name == std::string::npos ? name : limits.find_first_not_of(' ', name + kName.size());
  if (soft == std::string::npos) return fail("/proc/{}/limits says nothing of stacks", tid);
  if (std::string_view(limits).substr(soft).starts_with("unlimited")) return RLIM_INFINITY;
  std::uint64_t bytes = 0;
  std::from_chars(limits.data() + soft, limits.data() + limits.size(), bytes);
  return bytes;
}

}  // namespace

// The limit applies from the stack's end on (acct_stack_growth() in mm/mmap.c).
Result<RemoteRange> stack_extent(Tid tid, const std::vector<MapsLine>& maps, RemoteRange grown) {
  const std::uint64_t most =
      std::min<std::uint64_t>(TRY(stack_limit(tid)), kMaxStackBytes) & ~(kPageBytes - 1);
  RemoteAddress start = grown.end() - std::min(most, grown.end().value());
  for (const MapsLine& line : maps) {
    if (line.range.end() <= grown.start)
      start = std::max(start, line.range.end() + kStackGuardBytes);
  }
  start = std::min(start, grown.start);
  return RemoteRange{start, grown.end() - start};
}

Result<void> record_stack_limit(const SystemCall& call, std::int64_t result, StoppedTask& task,
                                Space& space, pb::Outcome& outcome) {
  if (calls::is_error(result) || !sets_stack_limit(call)) return {};
  const auto maps = TRY(read_maps(task.tid()));
  const auto line = std::ranges::find(maps, "[stack]", &MapsLine::name);
  if (line == maps.end() || line->range.end() != space.stack.end()) return {};
  const RemoteRange former = space.stack;
  space.stack = TRY(stack_extent(task.tid(), maps, line->range));
  if (space.stack.start < former.start) {
    *outcome.add_change()->mutable_map() =
        mapping_of({space.stack.start, former.start - space.stack.start}, line->protection,
                   MAP_PRIVATE | MAP_STACK, line->name);
  } else if (space.stack.start > former.start) {
    pb::Range& unmap = *outcome.add_change()->mutable_unmap();
    unmap.set_start(former.start.value());
    unmap.set_size(space.stack.start - former.start);
  }
  return {};
}

}  // namespace mecrr
