// Which general registers a loop changes: what tells one round of it from another.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/remote_address.h"

namespace mecrr {

/// Of the instructions from `at` on, the code of which is `code`, as far as the next jump backwards
/// and at most 32: the numbers of the registers that they write, as x86-64 encodes them, each once.
/// Those first that become something of what they were, as counters do. Of instructions that
/// Capstone does not know, and of what follows them, nothing.
std::vector<std::uint8_t> changing_registers(RemoteAddress at, ByteView code);

}  // namespace mecrr
