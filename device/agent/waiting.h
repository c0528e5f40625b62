// Calls that wait for descriptors, tried without waiting. The trial is made on copies: if it fails,
// the program's memory must be as it was when the call becomes a stop. Freestanding.
#pragma once

#include "device/agent/call.h"

namespace mecrr::agent {

/// @return the call's result, or kWouldWait.
std::int64_t try_poll(const Call& call);
std::int64_t try_ppoll(const Call& call);
std::int64_t try_select(const Call& call);  ///< and pselect6
std::int64_t try_epoll_wait(const Call& call);

}  // namespace mecrr::agent
