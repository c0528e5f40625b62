// The rules of trace.proto that hold for what stands in one frame: which fields must be there, what
// they may be. docs/trace-format.md lists them, and those that only a replay can check.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "base/ids.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// Where an event stands.
struct EventPlace {
  StreamId stream;
  EventId position;
};

/// @param contents  how many contents have begun in the frames before: the event may refer to these
Result<void> check_event(const pb::Event& event, const EventPlace& place, std::uint64_t contents);

/// What a frame holds: its events, or its header or ending. Errors name the event.
Result<void> check_frame(const pb::Trace& trace, std::uint64_t contents);

}  // namespace mecrr
