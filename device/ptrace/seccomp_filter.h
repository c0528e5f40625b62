// The seccomp filters that make the device: which calls stop, and what a blank task may do at all.
#pragma once

#include <linux/filter.h>

#include <span>
#include <vector>

#include "device/device.h"

namespace mecrr::ptrace {

/// Recording: every call stops (SECCOMP_RET_TRACE), but those that the device itself makes at the
/// mecrr page, and those of the agent if it is used. Calls of the 32-bit interface (int 0x80) fail
/// with ENOSYS, as on a kernel without it.
std::vector<sock_filter> recording_filter(UseAgent use_agent);

/// Answering: the device sees calls before seccomp does (PTRACE_SYSEMU), so this filter meets only
/// what the device performs at the mecrr page, and whatever slips past the device by a mistake of
/// ours. Allowed are mmap of anonymous memory and of `descriptors`, munmap, mprotect, mremap,
/// madvise, clone without new namespaces, exit and exit_group; all else kills.
std::vector<sock_filter> answering_filter(std::span<const int> descriptors);

/// Installs a filter on the calling task. Async-signal-safe: raw calls only. Without CAP_SYS_ADMIN
/// it sets no_new_privs first, as seccomp(2) demands. Returns 0 or an errno.
int install_filter(std::span<const sock_filter> filter);

}  // namespace mecrr::ptrace
