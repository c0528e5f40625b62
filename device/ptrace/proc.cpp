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

}  // namespace mecrr::ptrace
