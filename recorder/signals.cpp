#include "recorder/signals.h"

#include <algorithm>
#include <iterator>

namespace mecrr {
namespace {

template <std::size_t kCount>
bool is_among(const int (&list)[kCount], int signal) {
  return std::ranges::find(list, signal) != std::end(list);
}

}  // namespace

bool is_fault(const siginfo_t& info) {
  static constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
  return info.si_code > 0 && is_among(kFaults, info.si_signo);
}

// Default actions: signal(7).
bool is_stop_signal(int signal) {
  static constexpr int kStopSignals[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
  return is_among(kStopSignals, signal);
}

SignalAction action_of(int signal, Disposition disposition) {
  static constexpr int kIgnoredSignals[] = {SIGCHLD, SIGCONT, SIGURG, SIGWINCH};
  if (disposition == Disposition::kHandled) return SignalAction::kHandler;
  if (disposition == Disposition::kIgnored || is_among(kIgnoredSignals, signal))
    return SignalAction::kNone;
  return is_stop_signal(signal) ? SignalAction::kStop : SignalAction::kEnd;
}

}  // namespace mecrr
