// What /proc tells about a task.
#pragma once

#include "base/error.h"
#include "base/ids.h"
#include "device/device.h"
#include "device/task.h"

namespace mecrr::ptrace {

/// From the SigIgn and SigCgt lines of /proc/TID/status. ESRCH if the task is gone.
Result<Disposition> disposition(Tid tid, int signal);

/// From the state letter in /proc/TID/stat. A task that is gone or a zombie counts as stopped:
/// wait() has a report of it.
Result<Activity> activity(Tid tid);

}  // namespace mecrr::ptrace
