#include "trace-format/event_cursor.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace mecrr {

namespace {

std::string playable(Order end) {
  if (end.value() == 0) return "no events can be replayed";
  return fmt::format("events 0..{} can be replayed", end.value() - 1);
}

}  // namespace

Result<const pb::Event*> EventCursor::Body::event_at(EventId at) {
  const pb::Event* stored = TRY(stored_at(at));
  if (stored == nullptr || !stored->has_log()) return stored;
  if (expanded_at_ != at) {
    expand_call(*stored, call_, records_, expanded_);
    expanded_at_ = at;
  }
  return &expanded_;
}

Result<std::optional<LoggedCalls>> EventCursor::Body::logged_at(EventId at) {
  const pb::Event* stored = TRY(stored_at(at));
  if (stored == nullptr || !stored->has_log()) return std::nullopt;
  return LoggedCalls{.log = stored,
                     .first = Order{stored->order() + call_},
                     .before = call_,
                     .calls = stored->log().calls() - call_,
                     .records = records_.left()};
}

void EventCursor::Body::skip(std::uint64_t calls) {
  MECRR_CHECK(chunk_ != nullptr && position.value() == first_.value() + call_, "{}", position);
  const std::uint64_t behind = events_in(frame_->trace().chunk(0).event(number_));
  MECRR_CHECK(calls <= behind - call_, "{} of {}", calls, behind - call_);
  position = EventId{position.value() + calls};
}

Result<const pb::Event*> EventCursor::Body::stored_at(EventId at) {
  if (at.value() >= stream_.events) return nullptr;
  TRY(load_chunk_of(at));
  find_in_chunk(at);
  const pb::Event& event = frame_->trace().chunk(0).event(number_);
  if (event.has_log()) {
    const std::uint64_t call = at.value() - first_.value();
    if (call < call_) begin_event(number_, first_);
    for (; call_ < call; ++call_) records_.pop();
  }
  return &event;
}

Result<void> EventCursor::Body::load_chunk_of(EventId at) {
  if (chunk_ && at >= chunk_->facts.first &&
      at.value() - chunk_->facts.first.value() < chunk_->facts.orders.count()) {
    return {};
  }
  const IndexedChunk& chunk = stream_.chunk_of(at);
  Result<std::shared_ptr<const LoadedFrame>> frame = frames_.chunk(chunk);
  if (!frame) {
    // What stands before the chunk, in all streams, is not concerned.
    return fail("{}: {}; {}", path_, frame.error(), playable(chunk.facts.orders.first()));
  }
  frame_ = *std::move(frame);
  chunk_ = &chunk;
  expanded_at_.reset();
  begin_event(0, chunk.facts.first);
  return {};
}

void EventCursor::Body::find_in_chunk(EventId at) {
  const pb::Chunk& chunk = frame_->trace().chunk(0);
  if (static_cast<std::uint64_t>(chunk.event_size()) == chunk_->facts.orders.count()) {
    // No log of several calls: events stand where their positions say.
    const auto number = static_cast<int>(at.value() - chunk_->facts.first.value());
    if (number != number_) begin_event(number, at);
    return;
  }
  if (at < first_) begin_event(0, chunk_->facts.first);
  // Ends, since the events of a chunk are as many as its facts say (facts.h).
  for (;;) {
    const EventId behind{first_.value() + events_in(chunk.event(number_))};
    if (at < behind) return;
    begin_event(number_ + 1, behind);
  }
}

void EventCursor::Body::begin_event(int number, EventId first) {
  number_ = number;
  first_ = first;
  const pb::Event& event = frame_->trace().chunk(0).event(number);
  call_ = 0;
  records_ = event.has_log() ? CallRecords(as_bytes(event.log().records())) : CallRecords();
}

EventCursor::EventCursor(std::unique_ptr<Body> body) : body_(std::move(body)) {}
EventCursor::EventCursor(EventCursor&&) noexcept = default;
EventCursor& EventCursor::operator=(EventCursor&&) noexcept = default;
EventCursor::~EventCursor() = default;

StreamId EventCursor::stream() const { return body_->id; }
EventId EventCursor::position() const { return body_->position; }

Result<const pb::Event*> EventCursor::peek() { return body_->event_at(body_->position); }

Result<std::optional<LoggedCalls>> EventCursor::logged() {
  return body_->logged_at(body_->position);
}

void EventCursor::skip(std::uint64_t calls) { body_->skip(calls); }

Result<const pb::Event*> EventCursor::next() {
  const pb::Event* event = TRY(body_->event_at(body_->position));
  if (event != nullptr) body_->position = body_->position.next();
  return event;
}

}  // namespace mecrr
