// The call table: one row for every system call of Linux on x86-64. The rows are in the other files
// of this folder.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "device/calls/call.h"
#include "device/system_call.h"

namespace mecrr::calls {

/// The row of a call; null for a number that no call has (the kernel answers those with ENOSYS).
const Call* find(std::uint32_t number);
const Call* find(std::string_view name);

/// All rows, by ascending number.
const std::vector<const Call*>& all();

/// What a call is with the command that it carries: a row of its sub-table, or its own row.
/// An error names a call, or a command, that the table does not know; its code is ENOSYS, or for a
/// command the errno that the call gives for one that it does not have (ENOTTY for ioctl, EINVAL).
Result<const Form*> form_of(const SystemCall& call);

}  // namespace mecrr::calls
