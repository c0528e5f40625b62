#include "replayer/event_queue.h"

#include "base/check.h"

namespace mecrr {

EventQueue::EventQueue(Reader& reader, const std::vector<ChosenStream>& chosen) : reader_(&reader) {
  std::map<StreamId, std::optional<Order>> last_of;
  for (const ChosenStream& stream : chosen) last_of.emplace(stream.stream, stream.last);
  for (const StreamInfo& info : reader.streams()) {
    const auto found = last_of.find(info.id);
    if (found == last_of.end() || info.events == 0) continue;
    if (found->second && info.first > *found->second) continue;
    streams_[info.id].last = found->second;
    heads_.emplace(info.first, info.id);
  }
}

Result<const pb::Event*> EventQueue::front() {
  if (heads_.empty()) return nullptr;
  const auto [order, id] = heads_.top();
  Stream& stream = streams_.at(id);
  if (!stream.cursor) stream.cursor.emplace(TRY(reader_->events(id)));
  position_ = stream.cursor->position();
  const pb::Event* event = TRY(stream.cursor->peek());
  if (event == nullptr || event->order() != order.value())
    return fail("{}: stream {} does not have event {}", reader_->path(), id, order);
  return event;
}

Result<void> EventQueue::pop() {
  MECRR_CHECK(!heads_.empty());
  const auto [order, id] = heads_.top();
  heads_.pop();
  Stream& stream = streams_.at(id);
  (void)TRY(stream.cursor->next());  // it has happened
  const pb::Event* event = TRY(stream.cursor->peek());
  if (event == nullptr || (stream.last && event->order() > stream.last->value())) {
    stream.cursor.reset();
    return {};
  }
  if (event->order() <= order.value())
    return fail("{}: stream {}: order {} follows {}", reader_->path(), id, event->order(), order);
  heads_.emplace(Order(event->order()), id);
  return {};
}

}  // namespace mecrr
