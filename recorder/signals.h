// What kinds of signals there are.
#pragma once

#include <csignal>

#include "device/task.h"

namespace mecrr {

/// Raised by the instruction that the task stands at, and not sent by anybody.
bool is_fault(const siginfo_t& info);

/// Its default action is to stop the process.
bool is_stop_signal(int signal);

/// What becomes of a signal that is delivered now.
enum class SignalAction { kNone, kHandler, kStop, kEnd };
SignalAction action_of(int signal, Disposition disposition);

}  // namespace mecrr
