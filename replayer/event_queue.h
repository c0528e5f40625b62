// The events of a trace's streams in one order: what happens next, and where it stands in the file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
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
  StreamId stream() const { return heads_.begin()->second; }
  EventId position() const { return position_; }
  Result<void> pop();

  // Where front() is a call of a log, others of the log follow, of the same stream and one by one.

  /// They, the front's own first. Valid as front() is.
  Result<std::optional<LoggedCalls>> logged();
  /// As pop(), of the first `calls` of them.
  Result<void> skip(std::uint64_t calls);
  /// What would be front() behind the first `calls` of them, if it is of the same stream; else
  /// null. A log stands for its calls. Valid until the next behind().
  Result<const pb::Event*> behind(std::uint64_t calls);

 private:
  struct Stream {
    std::optional<Order> last;
    std::optional<EventCursor> cursor;  // open from its first event to its last
    std::optional<EventCursor> scout;   // ahead of `cursor`, for behind()
  };
  using Head = std::pair<Order, StreamId>;

  /// Events up to `order`, of the stream of the first head, have happened.
  Result<void> move_head(Order order);

  Reader* reader_;
  std::map<StreamId, Stream> streams_;
  std::set<Head> heads_;  // next event of each stream
  EventId position_;
};

}  // namespace mecrr
