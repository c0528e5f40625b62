#include "cli/events/ordered_events.h"

#include <algorithm>
#include <utility>

namespace mecrr::cli {

OrderedEvents::OrderedEvents(Reader& reader, Order from) : reader_(&reader), from_(from) {
  const std::vector<StreamInfo>& streams = reader.streams();
  cursors_.resize(streams.size());
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const StreamInfo& stream = streams[i];
    if (stream.events != 0 && stream.last >= from) heads_.push({std::max(stream.first, from), i});
  }
}

Result<std::optional<PlacedEvent>> OrderedEvents::next() {
  if (handed_out_) TRY(step_over(*std::exchange(handed_out_, std::nullopt)));
  while (!heads_.empty()) {
    const Head head = heads_.top();
    heads_.pop();
    if (!cursors_[head.stream]) {
      // The head said where the stream can begin at the earliest: now its first event is looked
      // for.
      TRY(open(head.stream));
      continue;
    }
    handed_out_ = head.stream;
    EventCursor& cursor = *cursors_[head.stream];
    return PlacedEvent{cursor.stream(), cursor.position(), TRY(cursor.peek()),
                       TRY(cursor.logged())};
  }
  return std::nullopt;
}

Result<void> OrderedEvents::open(std::size_t stream) {
  const StreamInfo& info = reader_->streams()[stream];
  cursors_[stream] = TRY(reader_->events(info.id, TRY(first_from(info))));
  return push_head(stream);
}

Result<void> OrderedEvents::step_over(std::size_t stream) {
  TRY(cursors_[stream]->next());
  return push_head(stream);
}

Result<void> OrderedEvents::push_head(std::size_t stream) {
  const pb::Event* event = TRY(cursors_[stream]->peek());
  if (event != nullptr) heads_.push({Order{event->order()}, stream});
  return {};
}

Result<EventId> OrderedEvents::first_from(const StreamInfo& stream) const {
  std::uint64_t low = 0;
  std::uint64_t high = stream.first >= from_ ? 0 : stream.events;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    EventCursor cursor = TRY(reader_->events(stream.id, EventId{middle}));
    const pb::Event* event = TRY(cursor.peek());
    if (event != nullptr && event->order() < from_.value()) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return EventId{low};
}

}  // namespace mecrr::cli
