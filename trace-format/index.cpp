#include "trace-format/index.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"

namespace mecrr {

const IndexedChunk& IndexedStream::chunk_of(EventId position) const {
  MECRR_CHECK(position.value() < events, "event {} of {}", position, events);
  const auto behind = std::ranges::upper_bound(
      chunks, position, {}, [](const IndexedChunk& chunk) { return chunk.facts.first; });
  return *std::prev(behind);
}

Order IndexedStream::order_of(EventId position) const {
  const ChunkFacts& facts = chunk_of(position).facts;
  std::uint64_t left = position.value() - facts.first.value();
  for (const OrderRun& run : facts.orders.runs()) {
    if (left < run.count) return Order{run.first.value() + left};
    left -= run.count;
  }
  MECRR_CHECK(false, "event {} is not in its chunk", position);
  return {};
}

std::optional<EventId> IndexedStream::position_of(Order order) const {
  const auto behind = std::ranges::upper_bound(
      chunks, order, {}, [](const IndexedChunk& chunk) { return chunk.facts.orders.first(); });
  if (behind == chunks.begin()) return std::nullopt;
  const ChunkFacts& facts = std::prev(behind)->facts;
  if (!facts.orders.contains(order)) return std::nullopt;
  return EventId{facts.first.value() + facts.orders.count_below(order)};
}

std::vector<TouchedObject> IndexedStream::objects() const {
  TouchedObjects together;
  for (const IndexedChunk& chunk : chunks)
    for (const TouchedObject& object : chunk.facts.objects) together.add(object);
  return together.all();
}

Result<void> Index::add(const FrameExtent& frame, const FrameFacts& facts) {
  MECRR_CHECK(frame.offset == end_, "{}, {}", frame.offset, end_);
  const bool is_edge = std::holds_alternative<EdgeFacts>(facts);
  Result<void> added;
  if (end_ == 0 && !is_edge) {
    added = fail("the first frame is not the header's");
  } else if (ending_) {
    added = fail("a frame stands behind the ending");
  } else if (is_edge) {
    added = add_edge(frame);
  } else if (const auto* contents = std::get_if<ContentFacts>(&facts)) {
    added = add_contents(frame, *contents);
  } else {
    added = add_chunk(frame, std::get<ChunkFacts>(facts));
  }
  TRY(with_context(std::move(added), "byte {}", frame.offset));
  frames_.push_back(is_edge ? std::nullopt : std::optional(frame));
  end_ = frame.end();
  return {};
}

std::optional<FrameExtent> Index::frame(std::uint64_t number) const {
  return number < frames_.size() ? frames_[number] : std::nullopt;
}

Result<void> Index::add_edge(const FrameExtent& frame) {
  if (frame.offset != 0) ending_ = frame;
  return {};
}

Result<void> Index::add_contents(const FrameExtent& frame, const ContentFacts& facts) {
  for (std::size_t i = 0; i < facts.parts.size(); ++i) {
    TRY(contents_.add(facts.parts[i], frame, i));
  }
  content_sizes_.packed += frame.bytes;
  content_sizes_.raw += frame.raw_bytes;
  return {};
}

Result<void> Index::add_chunk(const FrameExtent& frame, const ChunkFacts& facts) {
  const auto known = streams_.find(facts.stream);
  std::uint64_t next = 0;
  Order least;
  if (known != streams_.end()) {
    const ChunkFacts& last = known->second.chunks.back().facts;
    next = last.first.value() + last.orders.count();
    least = last.orders.last().next();
  }
  if (facts.first.value() != next) {
    return fail("events of stream {} go on at position {}, not {}", facts.stream, facts.first,
                next);
  }
  if (facts.orders.first() < least) {
    return fail("order {} of stream {} stands behind order {}", facts.orders.first(), facts.stream,
                least.value() - 1);
  }
  for (const OrderRun& run : facts.orders.runs()) {
    if (!orders_.add(run)) {
      return fail("one of the orders {}..{} of stream {} belongs to another event too", run.first,
                  run.end().value() - 1, facts.stream);
    }
  }
  streams_[facts.stream].chunks.push_back({frame, facts});
  stored_events_ += facts.orders.count();
  event_sizes_.packed += frame.bytes;
  event_sizes_.raw += frame.raw_bytes;
  return {};
}

void Index::end_before_first_missing() {
  const Order end = orders_.first_missing();
  events_ = end.value();
  for (auto at = streams_.begin(); at != streams_.end();) {
    IndexedStream& stream = at->second;
    std::erase_if(stream.chunks,
                  [&](const IndexedChunk& chunk) { return chunk.facts.orders.first() >= end; });
    if (stream.chunks.empty()) {
      at = streams_.erase(at);
      continue;
    }
    const ChunkFacts& last = stream.chunks.back().facts;
    stream.events = last.first.value() + last.orders.count_below(end);
    ++at;
  }
}

}  // namespace mecrr
