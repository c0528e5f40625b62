#include "trace-format/event_cursor.h"

#include <algorithm>
#include <utility>

namespace mecrr {

namespace {

std::string playable(Order end) {
  if (end.value() == 0) return "no events can be replayed";
  return fmt::format("events 0..{} can be replayed", end.value() - 1);
}

}  // namespace

Result<const pb::Event*> EventCursor::Body::event_at(EventId at) {
  if (at.value() >= stream_.events) return nullptr;
  if (!chunk_ || at < chunk_->facts.first ||
      at.value() - chunk_->facts.first.value() >= chunk_->facts.orders.count()) {
    const IndexedChunk& chunk = stream_.chunk_of(at);
    Result<std::shared_ptr<const LoadedFrame>> frame = frames_.chunk(chunk);
    if (!frame) {
      // What stands before the chunk, in all streams, is not concerned.
      return fail("{}: {}; {}", path_, frame.error(), playable(chunk.facts.orders.first()));
    }
    frame_ = *std::move(frame);
    chunk_ = &chunk;
  }
  const std::uint64_t place = at.value() - chunk_->facts.first.value();
  return &frame_->trace().chunk(0).event(static_cast<int>(place));
}

EventCursor::EventCursor(std::unique_ptr<Body> body) : body_(std::move(body)) {}
EventCursor::EventCursor(EventCursor&&) noexcept = default;
EventCursor& EventCursor::operator=(EventCursor&&) noexcept = default;
EventCursor::~EventCursor() = default;

StreamId EventCursor::stream() const { return body_->id; }
EventId EventCursor::position() const { return body_->position; }

Result<const pb::Event*> EventCursor::peek() { return body_->event_at(body_->position); }

Result<const pb::Event*> EventCursor::next() {
  const pb::Event* event = TRY(body_->event_at(body_->position));
  if (event != nullptr) body_->position = body_->position.next();
  return event;
}

}  // namespace mecrr
