// Structures by which a call finds further memory: struct iovec, msghdr and mmsghdr, as the kernel
// reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/remote_address.h"
#include "device/calls/call.h"
#include "device/memory.h"
#include "device/system_call.h"

namespace mecrr::calls {

inline constexpr std::uint64_t kIovecBytes = 16;
inline constexpr std::uint64_t kMaxIovecs =
    1024;  // UIO_MAXIOV: more is EINVAL, or cut for sendmmsg
inline constexpr std::uint64_t kMaxTransferBytes = 0x7fff'f000;  // MAX_RW_COUNT: more is cut

// struct msghdr: where its members stand
inline constexpr std::uint64_t kMessageHeaderBytes = 56;
inline constexpr std::uint64_t kNameLengthOffset = 8;
inline constexpr std::uint64_t kControlLengthOffset = 40;
inline constexpr std::uint64_t kFlagsOffset = 48;
inline constexpr std::uint64_t kMessageLengthOffset = 56;  // msg_len of struct mmsghdr
inline constexpr std::uint64_t kMultiHeaderBytes = 64;     // struct mmsghdr

/// Where a struct msghdr leads.
struct MessageRoom {
  RemoteAddress header;
  RemoteRange name;
  RemoteRange iovecs;             ///< the array itself
  std::vector<RemoteRange> data;  ///< one per entry
  RemoteRange control;
};

/// The ranges of `count` iovecs at `array`; none if they cannot be read or are too many.
std::vector<RemoteRange> read_iovecs(const Memory& memory, RemoteAddress array,
                                     std::uint64_t count);

/// Nothing if the header cannot be read.
std::optional<MessageRoom> read_message(const Memory& memory, RemoteAddress header);

/// The messages of `count` struct mmsghdr at `array`, up to the first that cannot be read.
std::vector<MessageRoom> read_messages(const Memory& memory, RemoteAddress array,
                                       std::uint64_t count);

/// The first `size` bytes of `pieces`, one after the other.
std::vector<RemoteRange> take(const std::vector<RemoteRange>& pieces, std::uint64_t size);

/// What `amount` comes to. `result` is the call's (0 before it). Numbers that lie behind pointers
/// are read now; if they cannot be, or the amount is negative, it is 0. Not for kTerminated and
/// kChanged, which are no numbers.
std::uint64_t evaluate(const Amount& amount, const Arguments& arguments, const SystemCall& call,
                       std::int64_t result, const Memory& memory);

}  // namespace mecrr::calls
