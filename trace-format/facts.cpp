#include "trace-format/facts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "base/hash.h"
#include "trace-format/call_log.h"
#include "trace-format/limits.h"

namespace mecrr {

namespace {

/// What an ObjectWrite writes.
std::uint64_t hash_of(const pb::ObjectWrite& write) {
  const pb::ContentRef& content = write.content();
  const std::array<std::uint64_t, 5> all = {
      write.offset(), write.has_content() ? content.valid() : write.data().size(),
      write.has_content() ? 0 : hash64(as_bytes(write.data())), content.content(),
      content.offset()};
  return hash64(object_bytes(all));
}

/// Of the one ObjectWrite that gives the object its bytes; 0 if there is none, or more.
std::uint64_t constant_in(const pb::Outcome& outcome, std::uint32_t object) {
  std::uint64_t constant = 0;
  for (const pb::ObjectWrite& write : outcome.object_write()) {
    if (write.object() != object) continue;
    if (constant != 0) return 0;
    constant = std::max(hash_of(write), std::uint64_t{1});
  }
  return constant;
}

void add_touched(const pb::Outcome& outcome, TouchedObjects& objects) {
  std::vector<std::uint32_t> constants;
  for (const pb::Change& change : outcome.change()) {
    if (!change.has_map() || !change.map().has_object()) continue;
    const pb::ObjectRef& shown = change.map().object();
    const bool is_constant = shown.read_only();
    objects.add({shown.object(), is_constant ? constant_in(outcome, shown.object()) : 0});
    if (is_constant) constants.push_back(shown.object());
  }
  for (const pb::ObjectWrite& write : outcome.object_write()) {
    if (std::ranges::find(constants, write.object()) == constants.end())
      objects.add({write.object(), 0});
  }
}

void add_touched(const pb::Event& event, TouchedObjects& objects) {
  if (event.has_image()) {
    for (const pb::Mapping& mapping : event.image().mapping())
      if (mapping.has_object()) objects.add({mapping.object().object(), 0});
  }
  if (event.has_call()) add_touched(event.call().outcome(), objects);
  if (event.has_returned()) add_touched(event.returned().outcome(), objects);
}

Result<ChunkFacts> chunk_facts(const pb::Chunk& chunk) {
  ChunkFacts facts{.stream = StreamId{chunk.stream()},
                   .first = EventId{chunk.first_event()},
                   .orders = {},
                   .forked_from = {},
                   .objects = {}};
  TouchedObjects objects;
  if (chunk.stream() == 0) return fail("the chunk belongs to no stream");
  if (chunk.event_size() == 0) return fail("the chunk of stream {} is empty", chunk.stream());
  for (const pb::Event& event : chunk.event()) {
    const OrderRun run{Order{event.order()}, events_in(event)};
    if (run.count == 0) return fail("a log of no calls stands in stream {}", chunk.stream());
    if (event.order() > UINT64_MAX - run.count || !facts.orders.add(run)) {
      return fail("order {} stands behind order {} in stream {}", event.order(),
                  facts.orders.empty() ? 0 : facts.orders.last().value(), chunk.stream());
    }
    if (event.has_forked() && event.forked().parent_stream() != 0)
      facts.forked_from = StreamId{event.forked().parent_stream()};
    add_touched(event, objects);
  }
  facts.objects = objects.all();
  return facts;
}

Result<ContentFacts> content_facts(const pb::Trace& trace) {
  ContentFacts facts;
  for (const pb::ContentPart& part : trace.content()) {
    facts.parts.push_back({ContentId{part.content()}, part.offset(), part.data().size()});
  }
  return facts;
}

Result<OrderRuns> orders_from(const pb::IndexedFrame& indexed) {
  OrderRuns orders;
  std::uint64_t at = 0;
  if (indexed.run_size() % 2 != 0) return fail("its runs are not pairs");
  for (int i = 0; i < indexed.run_size(); i += 2) {
    const std::uint64_t gap = indexed.run(i);
    const std::uint64_t count = indexed.run(i + 1);
    if (count == 0 || gap > UINT64_MAX - at || count > UINT64_MAX - at - gap) {
      return fail("its runs are not orders");
    }
    if (!orders.add(OrderRun{Order{at + gap}, count})) return fail("its runs overlap");
    at += gap + count;
  }
  return orders;
}

}  // namespace

void TouchedObjects::add(TouchedObject object) {
  const auto [known, is_new] = constants_.emplace(object.object, object.constant);
  if (!is_new && known->second != object.constant) known->second = 0;
}

std::vector<TouchedObject> TouchedObjects::all() const {
  std::vector<TouchedObject> all;
  for (const auto& [object, constant] : constants_) all.push_back({object, constant});
  return all;
}

Result<FrameFacts> facts_of(const pb::Trace& trace, std::uint64_t raw_bytes) {
  const int edges = trace.header_size() + trace.ending_size();
  const int kinds = edges + trace.chunk_size() + (trace.content_size() != 0 ? 1 : 0);
  if (kinds != 1) return fail("a frame must hold one thing; this one holds {}", kinds);
  const int shared = trace.chunk_size() == 1 ? trace.chunk(0).event_size() : trace.content_size();
  if (shared > 1 && raw_bytes > kMaxSharedFrameBytes) {
    return fail("the frame holds {} events or parts in {} bytes", shared, raw_bytes);
  }
  if (edges == 1) return EdgeFacts{};
  if (trace.chunk_size() == 1) return TRY(chunk_facts(trace.chunk(0)));
  return TRY(content_facts(trace));
}

void append_to_index(Bytes& index, const FrameExtent& extent, const FrameFacts& facts) {
  pb::Index one;
  pb::IndexedFrame& frame = *one.add_frame();
  frame.set_bytes(extent.bytes);
  frame.set_raw_bytes(extent.raw_bytes);
  if (const auto* contents = std::get_if<ContentFacts>(&facts)) {
    for (const PartExtent& part : contents->parts) {
      pb::IndexedPart& indexed = *frame.add_part();
      indexed.set_content(static_cast<std::uint32_t>(part.content.value()));
      indexed.set_offset(part.offset);
      indexed.set_size(part.size);
    }
  }
  if (const auto* chunk = std::get_if<ChunkFacts>(&facts)) {
    frame.set_stream(static_cast<std::uint32_t>(chunk->stream.value()));
    frame.set_first_event(chunk->first.value());
    Order at;
    for (const OrderRun& run : chunk->orders.runs()) {
      frame.add_run(run.first.value() - at.value());
      frame.add_run(run.count);
      at = run.end();
    }
    if (chunk->forked_from)
      frame.set_forked_from(static_cast<std::uint32_t>(chunk->forked_from->value()));
    for (const TouchedObject& object : chunk->objects) {
      pb::IndexedObject& indexed = *frame.add_object();
      indexed.set_object(object.object);
      indexed.set_constant(object.constant);
    }
  }
  const std::size_t before = index.size();
  index.resize(before + one.ByteSizeLong());
  MutableBytes room = MutableBytes(index).subspan(before);
  MECRR_CHECK(one.SerializeToArray(room.data(), static_cast<int>(room.size())));
}

Result<IndexedFrame> from_index(const pb::IndexedFrame& indexed, std::uint64_t offset) {
  IndexedFrame frame{{offset, indexed.bytes(), indexed.raw_bytes()}, EdgeFacts{}};
  if (indexed.bytes() < kMinFrameBytes || indexed.bytes() > UINT64_MAX - offset) {
    return fail("it tells of a frame of {} bytes at byte {}", indexed.bytes(), offset);
  }
  const bool has_events = indexed.stream() != 0;
  if (has_events ? indexed.run_size() == 0 || indexed.part_size() != 0
                 : indexed.run_size() != 0 || indexed.first_event() != 0 ||
                       indexed.forked_from() != 0 || indexed.object_size() != 0) {
    return fail("what it tells of the frame at byte {} contradicts itself", offset);
  }
  if (has_events) {
    ChunkFacts chunk{.stream = StreamId{indexed.stream()},
                     .first = EventId{indexed.first_event()},
                     .orders = TRY(orders_from(indexed)),
                     .forked_from = {},
                     .objects = {}};
    for (const pb::IndexedObject& object : indexed.object())
      chunk.objects.push_back({object.object(), object.constant()});
    if (indexed.forked_from() != 0) chunk.forked_from = StreamId{indexed.forked_from()};
    frame.facts = std::move(chunk);
  } else if (indexed.part_size() != 0) {
    ContentFacts contents;
    for (const pb::IndexedPart& part : indexed.part()) {
      contents.parts.push_back({ContentId{part.content()}, part.offset(), part.size()});
    }
    frame.facts = std::move(contents);
  }
  return frame;
}

}  // namespace mecrr
