// What calls do beside their memory (Special): waiting for a time, and opening and closing
// descriptors. Freestanding.
#pragma once

#include "device/agent/call.h"

namespace mecrr::agent {

/// Of make_special(): nothing is ready, and the program wants to wait. No errno.
inline constexpr std::int64_t kWouldWait = -4096;

/// Whether the call can be made, as far as its arguments say; else says why not.
bool look_at_special(const Call& call);

/// Makes the call, or its like that does not wait, and puts what it came to where the call would.
std::int64_t make_special(const Call& call);

/// What the call, made by the agent with this result, has opened and closed.
void note_descriptors(const Call& call, std::int64_t result);

/// The call becomes a stop: what it closes, or makes wait when it is closed, is unknown from now
/// on.
void forget_closed(std::uint64_t number, const AgentState& registers);

}  // namespace mecrr::agent
