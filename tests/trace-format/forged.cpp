#include "tests/trace-format/forged.h"

#include "base/check.h"
#include "tests/trace-format/sample.h"
#include "trace-format/frame.h"
#include "trace-format/index.h"

namespace mecrr {

Forged::Forged() {
  pb::Trace trace;
  *trace.add_header() = sample_header();
  add(trace);
}

Forged& Forged::add(const pb::Trace& trace) {
  const std::string raw = trace.SerializeAsString();
  const std::uint64_t offset = bytes_.size();
  add_raw(raw);
  const Result<FrameFacts> facts = facts_of(trace, raw.size());
  if (facts) tell({offset, bytes_.size() - offset, raw.size()}, *facts);
  return *this;
}

Forged& Forged::add_raw(const std::string& raw) {
  append_frame(bytes_, as_bytes(raw));
  return *this;
}

Forged& Forged::add_chunk(std::uint32_t stream, std::uint64_t first,
                          const std::vector<pb::Event>& events) {
  return add(chunk_of(stream, first, events));
}

Forged& Forged::add_part(std::uint32_t content, std::uint64_t offset, std::uint64_t size,
                         const std::string& path) {
  pb::Trace trace;
  pb::ContentPart& part = *trace.add_content();
  part.set_content(content);
  part.set_offset(offset);
  part.set_data(std::string(size, 'x'));
  part.set_path(path);
  return add(trace);
}

Forged& Forged::add_ending(std::uint64_t events) {
  pb::Trace trace;
  *trace.add_ending() = sample_ending();
  trace.mutable_ending(0)->set_events(events);
  return add(trace);
}

Forged& Forged::tell(const FrameExtent& extent, const FrameFacts& facts) {
  append_to_index(index_, extent, facts);
  return *this;
}

Forged& Forged::add_index() {
  append_index_frame(bytes_, index_);
  return *this;
}

Forged& Forged::append(ByteView more) {
  mecrr::append(bytes_, more);
  return *this;
}

pb::Event with_order(pb::Event event, std::uint64_t order) {
  event.set_order(order);
  return event;
}

pb::Trace chunk_of(std::uint32_t stream, std::uint64_t first,
                   const std::vector<pb::Event>& events) {
  pb::Trace trace;
  pb::Chunk& chunk = *trace.add_chunk();
  chunk.set_stream(stream);
  chunk.set_first_event(first);
  for (const pb::Event& event : events) *chunk.add_event() = event;
  return trace;
}

}  // namespace mecrr
