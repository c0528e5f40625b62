// The memory that a call writes, found from its row in two steps: before the call, and after it.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/remote_address.h"
#include "device/calls/call.h"
#include "device/calls/structures.h"
#include "device/memory.h"
#include "device/system_call.h"

namespace mecrr::calls {

/// What one argument hands to the kernel to write into.
struct Room {
  unsigned argument = 0;
  std::vector<RemoteRange> pieces;    ///< kBytes: one; kIovecs: one per entry
  std::vector<MessageRoom> messages;  ///< kMessage, kMessages
  Bytes snapshot;                     ///< Measure::kChanged: what was there
};

/// Lengths, iovecs and message headers as the kernel found them: it may have overwritten them when
/// the call returns.
struct Before {
  const Form* form = nullptr;
  std::vector<Room> rooms;
  Bytes kept;  ///< for the form's effect
};

/// Whether a call that came to `result` (raw) has written an out argument of this kind.
bool is_written(When when, std::int64_t result);

/// To be called while the task is stopped at the call. Memory that is not there makes no room: the
/// kernel will say EFAULT. Fails for a call, or a command, that the table does not know.
Result<Before> before(const SystemCall& call, const Memory& memory);

/// The memory that the kernel wrote, to be called when the call has returned with `result` (raw:
/// ERESTART codes included). Ranges are ordered by address, do not overlap or touch, are not empty,
/// lie inside what the caller handed over, and can be read. They hold every byte that was written.
/// Bytes between written ones may be in too, where the row says so (pollfd arrays, padding, and
/// after EFAULT everything that the kernel could reach): they are as they were, so that setting
/// them does no harm. For a clone, `result` 0 asks for what the child finds written when it is
/// born.
Result<std::vector<RemoteRange>> written(const SystemCall& call, const Before& before,
                                         std::int64_t result, const Memory& memory);

/// The part of it that the kernel may write before the call waits, while other tasks run. Whether
/// it is there must be tried.
std::vector<RemoteRange> written_at_once(const Before& before);

}  // namespace mecrr::calls
