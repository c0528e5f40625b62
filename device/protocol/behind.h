// What is behind a pointer argument, as a Value.
#pragma once

#include "device/calls/argument.h"
#include "device/memory.h"
#include "device/protocol/arguments.h"
#include "device/protocol/value.h"

namespace mecrr::protocol {

/// As many bytes from the start of `range` as can be read; of memory that is recorded in pieces
/// that may be any number.
Bytes readable_start(const Memory& memory, RemoteRange range);

/// The bytes at `range`, by the type that `argument` names.
Value bytes_value(const calls::Argument& argument, RemoteRange range, const Memory& memory,
                  const Limits& limits);
Value text_value(RemoteAddress start, const Memory& memory, const Limits& limits);
Value texts_value(RemoteAddress array, const Memory& memory, const Limits& limits);

/// struct iovec arrays, and struct msghdr. `shown` is how many bytes of the data are of interest:
/// those that were received.
Value iovecs_value(RemoteAddress array, std::uint64_t count, std::uint64_t shown,
                   const Memory& memory, const Limits& limits);
Value message_value(RemoteAddress header, std::uint64_t shown, const Memory& memory,
                    const Limits& limits);

}  // namespace mecrr::protocol
