// What the bytes of a message may be, before protobuf makes objects of them: only fields that
// trace.proto has, of their types, and not more messages than limits.h allows. (A message takes two
// bytes in the file and a hundred in memory; and what a reader does not know it must not pass over,
// since a replay would silently be another one.)
#pragma once

#include <cstddef>

#include "base/bytes.h"
#include "base/error.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// Fails if `serialized` is no pb::Trace. Cost: one pass over the fields; their bytes are not
/// looked at.
Result<void> check_trace_shape(ByteView serialized);

/// The same for a pb::IndexedFrame.
Result<void> check_indexed_frame_shape(ByteView serialized);

/// Makes objects of bytes whose shape is checked.
template <class Message>
Result<void> parse_message(ByteView serialized, Message& into) {
  if (!into.ParseFromArray(serialized.data(), static_cast<int>(serialized.size()))) {
    return fail("is no {}", Message::descriptor()->full_name());
  }
  return {};
}

}  // namespace mecrr
