#include "device/calls/signal_names.h"

#include "device/calls/names.h"

namespace mecrr::calls {
namespace {

// The first is signal 1.
constexpr std::string_view kNames[] = {
    "SIGHUP",  "SIGINT",    "SIGQUIT", "SIGILL",   "SIGTRAP", "SIGABRT", "SIGBUS",  "SIGFPE",
    "SIGKILL", "SIGUSR1",   "SIGSEGV", "SIGUSR2",  "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT",
    "SIGCHLD", "SIGCONT",   "SIGSTOP", "SIGTSTP",  "SIGTTIN", "SIGTTOU", "SIGURG",  "SIGXCPU",
    "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS",
};
static_assert(std::size(kNames) == kFirstRealTimeSignal - 1);

constexpr std::string_view kPrefix = "SIG";

}  // namespace

std::string signal_text(int signal) {
  if (signal >= 1 && signal < kFirstRealTimeSignal) return std::string(kNames[signal - 1]);
  if (signal >= kFirstRealTimeSignal && signal <= kLastSignal)
    return std::string(kPrefix) + std::to_string(signal);
  return std::to_string(signal);
}

std::optional<int> parse_signal(std::string_view text) {
  for (int i = 0; i + 1 < kFirstRealTimeSignal; ++i) {
    if (kNames[i] == text) return i + 1;
  }
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  const auto number = parse_number(text);
  if (!number || *number > kLastSignal) return std::nullopt;
  return static_cast<int>(*number);
}

}  // namespace mecrr::calls
