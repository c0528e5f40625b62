#include "device/ptrace/proc.h"

#include <charconv>
#include <string_view>

#include "base/files.h"

namespace mecrr::ptrace {
namespace {

Result<std::string> read_proc(Tid tid, const char* file) {
  auto text = read_file(fmt::format("/proc/{}/{}", tid.value(), file));
  if (!text) return std::unexpected(Error{text.error().message, ESRCH});
  return std::string(as_text(*text));
}

/// The hexadecimal signal set behind `label` in a status file.
Result<std::uint64_t> signal_set(std::string_view status, std::string_view label) {
  std::size_t at = status.find(label);
  if (at == std::string_view::npos) return fail("/proc status has no {}", label);
  std::string_view digits = status.substr(at + label.size());
  digits.remove_prefix(std::min(digits.find_first_not_of(" \t"), digits.size()));
  std::uint64_t set = 0;
  auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), set, 16);
  if (code != std::errc{}) return fail("/proc status has a strange {}", label);
  return set;
}

}  // namespace

Result<Disposition> disposition(Tid tid, int signal) {
  std::string status = TRY(read_proc(tid, "status"));
  const std::uint64_t bit = std::uint64_t{1} << (signal - 1);
  if (TRY(signal_set(status, "\nSigCgt:")) & bit) return Disposition::kHandled;
  if (TRY(signal_set(status, "\nSigIgn:")) & bit) return Disposition::kIgnored;
  return Disposition::kDefault;
}

Result<std::uint64_t> pending_signals(Tid tid) {
  const std::string status = TRY(read_proc(tid, "status"));
  const std::uint64_t own = TRY(signal_set(status, "\nSigPnd:"));
  const std::uint64_t shared = TRY(signal_set(status, "\nShdPnd:"));
  return (own | shared) & ~TRY(signal_set(status, "\nSigBlk:"));
}

Result<Activity> activity(Tid tid) {
  auto stat = read_proc(tid, "stat");
  if (!stat) return Activity::kStopped;
  std::size_t name_end = stat->rfind(')');  // the name before it may itself hold parentheses
  if (name_end == std::string::npos || name_end + 2 >= stat->size()) {
    return fail("/proc/{}/stat has no state", tid);
  }
  switch ((*stat)[name_end + 2]) {
    case 'R':
      return Activity::kRunning;
    case 'S':
    case 'D':
    case 'I':
      return Activity::kSleeping;
    default:
      return Activity::kStopped;
  }
}

namespace {

/// "55d0c0a00000-55d0c0a21000 rw-p 00000000 00:00 0 …": the inode is that of no file
std::optional<MappedRange> mapping_of(std::string_view line) {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  const char* last = line.data() + line.size();
  const auto dash = std::from_chars(line.data(), last, start, 16);
  if (dash.ec != std::errc{} || dash.ptr == last) return std::nullopt;
  const auto space = std::from_chars(dash.ptr + 1, last, end, 16);
  if (space.ec != std::errc{}) return std::nullopt;
  constexpr std::string_view kNoFile = " 00:00 0";
  constexpr std::size_t kWrite = 2;  // in " rw-p"
  const std::string_view rest(space.ptr, static_cast<std::size_t>(last - space.ptr));
  return MappedRange{
      .range = {RemoteAddress(start), end - start},
      .is_writable = rest.size() > kWrite && rest[kWrite] == 'w',
      .is_anonymous = rest.find(kNoFile) != std::string_view::npos,
  };
}

}  // namespace

Result<std::vector<MappedRange>> mapped(Tid tid) {
  const std::string maps = TRY(read_proc(tid, "maps"));
  std::vector<MappedRange> ranges;
  for (std::size_t at = 0; at < maps.size();) {
    const std::size_t end = std::min(maps.find('\n', at), maps.size());
    if (const auto mapping = mapping_of(std::string_view(maps).substr(at, end - at)))
      ranges.push_back(*mapping);
    at = end + 1;
  }
  return ranges;
}

// Below what is mapped, from the code downwards: programs' own mappings come from above, and grow
// downwards too, so it must not stand directly below the lowest of them; half of the reach away
// from it nobody is disturbed.
Result<std::optional<RemoteAddress>> find_gap(Tid tid, RemoteAddress near, std::uint64_t bytes,
                                              std::uint64_t reach) {
  const std::uint64_t lowest = near.value() > reach ? near.value() - reach : bytes;
  std::optional<RemoteAddress> best;
  const std::uint64_t wanted = near.value() > reach / 2 ? near.value() - reach / 2 : bytes;
  const auto distance = [&](std::uint64_t at) { return at < wanted ? wanted - at : at - wanted; };
  const auto consider = [&](std::uint64_t from, std::uint64_t to) {
    // Within the gap and the reach, as near to what is wanted as can be.
    from = std::max(from, lowest) / bytes * bytes + bytes;
    to = std::min(to, near.value());
    if (to < from + bytes) return;
    const std::uint64_t at = std::clamp(wanted / bytes * bytes, from, (to - bytes) / bytes * bytes);
    if (at < from) return;
    if (!best || distance(at) < distance(best->value())) best = RemoteAddress(at);
  };
  std::uint64_t end = kPageBytes;
  for (const MappedRange& mapping : TRY(mapped(tid))) {
    consider(end, mapping.range.start.value());
    end = std::max(end, mapping.range.end().value());
  }
  return best;
}

}  // namespace mecrr::ptrace
