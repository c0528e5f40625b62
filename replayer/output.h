// What a call writes: the bytes that write, writev, send, … take from memory.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "device/memory.h"
#include "device/system_call.h"

namespace mecrr {

/// The first `most` bytes that the call would write, taken from memory as it stands. Fewer if it
/// hands over fewer or they cannot be read; none if it takes its bytes from elsewhere.
Bytes bytes_to_write(const SystemCall& call, std::uint64_t most, const Memory& memory);

}  // namespace mecrr
