// Where the rows are: one function per file of rows. Only table.cpp needs them.
#pragma once

#include <span>

#include "device/calls/call.h"

namespace mecrr::calls {

std::span<const Call> file_calls();
std::span<const Call> path_calls();
std::span<const Call> wait_calls();
std::span<const Call> memory_calls();
std::span<const Call> process_calls();
std::span<const Call> signal_calls();
std::span<const Call> identity_calls();
std::span<const Call> socket_calls();
std::span<const Call> time_calls();
std::span<const Call> ipc_calls();
std::span<const Call> scheduling_calls();
std::span<const Call> system_calls();
std::span<const Call> absent_calls();

}  // namespace mecrr::calls
