// What /proc tells about a task.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/remote_address.h"
#include "device/device.h"
#include "device/task.h"

namespace mecrr::ptrace {

/// From the SigIgn and SigCgt lines of /proc/TID/status. ESRCH if the task is gone.
Result<Disposition> disposition(Tid tid, int signal);

/// Signals that are pending for the task or its process, and not blocked by it: bit n-1 is signal
/// n.
Result<std::uint64_t> pending_signals(Tid tid);

/// From the state letter in /proc/TID/stat. A task that is gone or a zombie counts as stopped:
/// wait() has a report of it.
Result<Activity> activity(Tid tid);

/// A line of /proc/TID/maps.
struct MappedRange {
  RemoteRange range;
  bool is_writable = false;
  bool is_anonymous = false;  ///< private, of no file
};

/// The mappings of a task, lowest first.
Result<std::vector<MappedRange>> mapped(Tid tid);

/// A free place for `bytes` (whole pages, and a multiple of them in address) within `reach` of
/// `near`; empty if there is none.
Result<std::optional<RemoteAddress>> find_gap(Tid tid, RemoteAddress near, std::uint64_t bytes,
                                              std::uint64_t reach);

}  // namespace mecrr::ptrace
