// The events of all streams in the order in which they happened.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "trace-format/reader.h"

namespace mecrr::cli {

struct PlacedEvent {
  StreamId stream;
  EventId position;                   ///< in the stream
  const pb::Event* event;             ///< valid until the next one is asked for
  std::optional<LoggedCalls> logged;  ///< if it is a call that was made without a stop
};

class OrderedEvents {
 public:
  /// From the event of order `from` on. `reader` outlives this.
  explicit OrderedEvents(Reader& reader, Order from = Order{0});

  /// Empty behind the last. Fails where the trace is damaged: nothing can be read behind that.
  Result<std::optional<PlacedEvent>> next();

 private:
  struct Head {
    Order order;  // of the stream's next event
    std::size_t stream;
    bool operator>(const Head& other) const { return order > other.order; }
  };

  Result<void> open(std::size_t stream);
  Result<void> step_over(std::size_t stream);
  Result<void> push_head(std::size_t stream);
  Result<EventId> first_from(const StreamInfo& stream) const;

  Reader* reader_;
  Order from_;
  std::vector<std::optional<EventCursor>> cursors_;  // by the streams' places in the reader's list
  std::optional<std::size_t> handed_out_;            // whose event the caller looks at
  std::priority_queue<Head, std::vector<Head>, std::greater<>> heads_;
};

}  // namespace mecrr::cli
