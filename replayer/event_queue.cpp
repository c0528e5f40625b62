#include "replayer/event_queue.h"

#include <algorithm>
#include <iterator>

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
  const auto [order, id] = *heads_.begin();
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
  const auto [order, id] = *heads_.begin();
  (void)TRY(streams_.at(id).cursor->next());  // it has happened
  return move_head(order);
}

Result<void> EventQueue::move_head(Order order) {
  const StreamId id = heads_.begin()->second;
  heads_.erase(heads_.begin());
  Stream& stream = streams_.at(id);
  const pb::Event* event = TRY(stream.cursor->peek());
  if (event == nullptr || (stream.last && event->order() > stream.last->value())) {
    stream.cursor.reset();
    stream.scout.reset();
    return {};
  }
  if (event->order() <= order.value())
    return fail("{}: stream {}: order {} follows {}", reader_->path(), id, event->order(), order);
  heads_.emplace(Order(event->order()), id);
  return {};
}

// ---- calls of a log

Result<std::optional<LoggedCalls>> EventQueue::logged() {
  if (heads_.empty()) return std::nullopt;
  const Stream& stream = streams_.at(heads_.begin()->second);
  if (!stream.cursor) return std::nullopt;
  auto logged = TRY(streams_.at(heads_.begin()->second).cursor->logged());
  if (logged && stream.last)
    logged->calls = std::min(logged->calls, stream.last->value() - logged->first.value() + 1);
  return logged;
}

Result<void> EventQueue::skip(std::uint64_t calls) {
  MECRR_CHECK(!heads_.empty() && calls != 0);
  const auto [order, id] = *heads_.begin();
  streams_.at(id).cursor->skip(calls);
  return move_head(Order(order.value() + calls - 1));
}

Result<const pb::Event*> EventQueue::behind(std::uint64_t calls) {
  const StreamId id = heads_.begin()->second;
  Stream& stream = streams_.at(id);
  const EventId wanted(position_.value() + calls);
  if (!stream.scout || stream.scout->position() > wanted)
    stream.scout.emplace(TRY(reader_->events(id, position_)));
  EventCursor& scout = *stream.scout;
  while (scout.position() < wanted) {
    const auto logged = TRY(scout.logged());
    if (logged) {
      scout.skip(std::min(logged->calls, wanted.value() - scout.position().value()));
    } else {
      (void)TRY(scout.next());
    }
  }
  const auto logged = TRY(scout.logged());
  const pb::Event* event = logged ? logged->log : TRY(scout.peek());
  if (event == nullptr) return nullptr;
  const Order order = logged ? logged->first : Order(event->order());
  const auto other = std::next(heads_.begin());
  const bool is_next = other == heads_.end() || order < other->first;
  return is_next && (!stream.last || order <= *stream.last) ? event : nullptr;
}

}  // namespace mecrr
