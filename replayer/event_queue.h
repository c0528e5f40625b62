// The events of a trace's streams in one order: what happens next, and where it stands in the file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "trace-format/reader.h"

namespace mecrr {

/// A stream's part in a replay.
struct ChosenStream {
  StreamId stream;
  std::optional<Order> last;  ///< no event after this one
};

class EventQueue {
 public:
  /// `reader` outlives this. Streams are opened when their first event is near.
  EventQueue(Reader& reader, const std::vector<ChosenStream>& chosen);

  /// Whether events of that stream are among these.
  bool has(StreamId stream) const { return streams_.contains(stream); }

  /// The next event; null behind the last. Valid until pop(). Fails where the trace is damaged, or
  /// its orders make no sense.
  Result<const pb::Event*> front();
  /// Where the event that front() gave stands.
  StreamId stream() const { return heads_.top().second; }
  EventId position() const { return position_; }
  Result<void> pop();

 private:
  struct Stream {
    std::optional<Order> last;
    std::optional<EventCursor> cursor;  // open from its first event to its last
  };
  using Head = std::pair<Order, StreamId>;

  Reader* reader_;
  std::map<StreamId, Stream> streams_;
  std::priority_queue<Head, std::vector<Head>, std::greater<>> heads_;  // next event of each stream
  EventId position_;
};

}  // namespace mecrr
