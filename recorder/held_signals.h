// A signal that stops a task at a place that cannot be named is held back, and comes at the task's
// next call. Where exactly, so that no program loses by it:
//
//   flag = 0 ──> computes ──────────────────> pause()
//                    ▲ signal: held              ▲ comes here, inside
//
// A call that waits is begun with the signal pending, as though it had come just after: it is
// interrupted. (Before the call, a program that looks at a flag and then waits would wait in vain;
// after it, forever.) Before any other call, since with a signal pending some do only half their
// work; and before a call that would take the signal as its own, or block it meanwhile.
#pragma once

#include <csignal>
#include <deque>
#include <optional>

#include "base/error.h"
#include "device/system_call.h"
#include "device/task.h"

namespace mecrr {

enum class Arrival : bool {
  kBeforeCall,  ///< Interpose
  kInCall,      ///< Interrupt
};

struct ArrivingSignal {
  siginfo_t info;
  Arrival arrival;
};

/// Whether a set, as the kernel has them, has a signal.
bool is_in(std::uint64_t set, int signal);

/// Adds one, as the kernel adds one to those that are pending: one that is there already is not
/// added again, unless it is a real-time signal; and cancel_opposites() comes first.
void hold(std::deque<siginfo_t>& held, const siginfo_t& info);

/// SIGCONT does away with signals that stop a process, and they with it.
void cancel_opposites(std::deque<siginfo_t>& held, int signal);

/// Takes the first of the held signals that can come now out of `held`: those that the task blocks
/// by now, in another's handler, have to wait.
/// @param call  that the task stands at; of restart_syscall, the call that goes on
Result<std::optional<ArrivingSignal>> take_held(std::deque<siginfo_t>& held, const SystemCall& call,
                                                const StoppedTask& task);

/// Likewise, where the task is at no call.
Result<std::optional<siginfo_t>> take_unblocked(std::deque<siginfo_t>& held,
                                                const StoppedTask& task);

}  // namespace mecrr
