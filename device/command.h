// What the device is told: how a stopped task goes on.
#pragma once

#include <csignal>
#include <cstdint>
#include <variant>

#include "device/system_call.h"

namespace mecrr {

/// Goes on to the next call, signal, or end. At Called the call is made and its return is not
/// reported; at Signaled the signal is suppressed.
struct Run {};

/// Only at Called: makes the call and reports what came of it (Returned, Created, Executed,
/// Exiting).
struct Step {};

/// Only at Called: the call is not made; the program sees `result` (raw).
struct Skip {
  std::int64_t result;
};

/// Only at Called: makes this call in place of the program's own, and reports as Step does. The
/// program's argument registers are as the altered call has them when Returned comes; whoever
/// altered them restores them.
struct Alter {
  SystemCall call;
};

/// Only at Called, and only where calls are not answered: unmakes the call. The task stands at its
/// `syscall` instruction again; `info` is the next Signaled stop (others that were pending may come
/// before it) and the call is made anew afterwards.
struct Interpose {
  siginfo_t info;
};

/// Only at Called, and only where calls are not answered: makes the call as Step does, with `info`
/// pending from its start, as though the signal had come just after: a call that waits is
/// interrupted at once, any other does its work. `info` is reported Signaled when the task is about
/// to leave the kernel, or later if it is blocked until then. A call that takes pending signals
/// (sigtimedwait, read of a signalfd) could take it: it must not be one that `info` is for.
struct Interrupt {
  siginfo_t info;
};

/// Only at Paused and Stepped, and only where calls are not answered: `info`, which the task must
/// not block, is the next Signaled stop, before it executes anything (others that were pending may
/// come before it).
struct Raise {
  siginfo_t info;
};

/// Only at Signaled: the kernel does what the program asked for on this signal. If that is a
/// handler, HandlerEntered is next. `info` may differ from what was reported.
struct Deliver {
  siginfo_t info;
};

/// Executes one instruction; the next stop is Stepped, or whatever else the instruction brings
/// about.
struct SingleStep {};

using Command =
    std::variant<Run, Step, Skip, Alter, Interpose, Interrupt, Raise, Deliver, SingleStep>;

}  // namespace mecrr
