// What the agent knows of descriptors, and whether a call on one would wait. Freestanding.
#pragma once

#include <cstdint>

#include "device/agent/call.h"

namespace mecrr::agent {

Descriptor known(int fd);
void remember(int fd, Descriptor what);
void forget(std::uint32_t first, std::uint32_t last);

/// What `fd`, which was just opened, leads to.
enum class For : bool { kReading, kWriting };
Descriptor look_at(int fd, For what);

/// Whether it is the recording's own output: CallRecord::output.
std::uint32_t output_of(Descriptor descriptor);
/// Whether calls on it may be made here at all; else says why not (AgentState::abandoned).
bool is_usable(Descriptor descriptor);

/// Whether calls on it do not wait by themselves: O_NONBLOCK. Asks the kernel.
bool nobody_waits(int fd);

/// Whether the call can be made on the descriptor in its argument 0, which is usable, without
/// waiting; else says why not. `size` is how many bytes it writes.
bool can_read(const Call& call);
bool can_write(const Call& call, std::uint64_t size);

}  // namespace mecrr::agent
