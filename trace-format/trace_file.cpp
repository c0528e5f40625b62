#include "trace-format/trace_file.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include <cerrno>
#include <utility>

#include "base/check.h"
#include "trace-format/event_check.h"
#include "trace-format/limits.h"

namespace mecrr {

namespace {

// An ending has a message of a line, and LZ4 may not shorten it.
constexpr std::uint64_t kEndingBytes = 4096;
// Space is reserved in steps of this: a call for four flushes or more.
constexpr std::uint64_t kReserveBytes = 1024 * 1024;

bool is_lack_of_space(const Error& error) {
  return error.code == ENOSPC || error.code == EDQUOT || error.code == EFBIG;
}

/// One that is worth a frame made by hand, and an entry of the cache.
bool is_one_large_part(const pb::Trace& trace) {
  constexpr std::size_t kLarge = 64 * 1024;
  return trace.content_size() == 1 && trace.content(0).path().empty() &&
         trace.content(0).data().size() >= kLarge;
}

}  // namespace

TraceFile::TraceFile(std::unique_ptr<Sink> sink, std::unique_ptr<PackedCache> cache)
    : sink_(std::move(sink)), cache_(std::move(cache)), marks_(1) {}

Result<void> TraceFile::write_header(const pb::Header& header) {
  pb::Trace trace;
  *trace.add_header() = header;
  Mark mark = marks_.back();
  TRY(pack(trace, mark));
  return append_packed(mark);
}

Result<void> TraceFile::write(Batch& batch) {
  Mark mark = marks_.back();
  if (batch.contents.content_size() != 0) TRY(pack(batch.contents, mark));
  for (const auto& [stream, chunk] : batch.chunks) {
    TRY(pack(*chunk, mark));
  }
  return append_packed(mark);
}

Result<void> TraceFile::pack(pb::Trace& trace, Mark& mark) {
  const auto check = [&]() -> Result<FrameFacts> {
    const std::size_t size = trace.ByteSizeLong();
    if (size > kMaxFrameBytes) return fail("{} bytes are too much for one frame", size);
    TRY(check_frame(trace, checked_.contents().count()));
    return facts_of(trace, size);
  };
  const auto add = [&](const FrameExtent& extent, const FrameFacts& facts) {
    return checked_.add(extent, facts);
  };
  recorder_failed_ = true;  // if the following fails
  const FrameFacts facts = TRY(with_context(check(), "recording something that is no trace"));
  for (pb::Chunk& chunk : *trace.mutable_chunk()) stored_.shorten(chunk);
  const std::size_t raw_bytes = trace.ByteSizeLong();
  const std::size_t before = packed_.size();
  if (is_one_large_part(trace)) {
    append_part_frame(trace.content(0));
  } else {
    append_message_frame(trace);
  }
  const FrameExtent extent{mark.end, packed_.size() - before, raw_bytes};
  TRY(with_context(add(extent, facts), "recording something that is no trace"));
  append_to_index(index_, extent, facts);
  recorder_failed_ = false;
  mark.end = extent.end();
  mark.index_bytes = index_.size();
  mark.raw_bytes += raw_bytes;
  if (const auto* chunk = std::get_if<ChunkFacts>(&facts)) mark.events += chunk->orders.count();
  return {};
}

void TraceFile::append_message_frame(pb::Trace& trace) {
  raw_.resize(static_cast<std::size_t>(trace.GetCachedSize()));
  MECRR_CHECK(trace.SerializeToArray(raw_.data(), static_cast<int>(raw_.size())));
  if (trace.chunk_size() != 0) stored_.remember(trace, raw_);
  if (trace.content_size() != 0) stored_.remember_parts(raw_);
  append_frame(packed_, raw_);
}

/// As the message would be serialized, were the data its last field. They are not copied, and the
/// cache may know them.
void TraceFile::append_part_frame(const pb::ContentPart& part) {
  using google::protobuf::internal::WireFormatLite;
  std::string fields;  // of the part, up to its data
  std::string head;
  {
    google::protobuf::io::StringOutputStream stream(&fields);
    google::protobuf::io::CodedOutputStream out(&stream);
    WireFormatLite::WriteUInt32(pb::ContentPart::kContentFieldNumber, part.content(), &out);
    if (part.offset() != 0)
      WireFormatLite::WriteUInt64(pb::ContentPart::kOffsetFieldNumber, part.offset(), &out);
    WireFormatLite::WriteTag(pb::ContentPart::kDataFieldNumber,
                             WireFormatLite::WIRETYPE_LENGTH_DELIMITED, &out);
    out.WriteVarint32(static_cast<std::uint32_t>(part.data().size()));
  }
  {
    google::protobuf::io::StringOutputStream stream(&head);
    google::protobuf::io::CodedOutputStream out(&stream);
    WireFormatLite::WriteTag(pb::Trace::kContentFieldNumber,
                             WireFormatLite::WIRETYPE_LENGTH_DELIMITED, &out);
    out.WriteVarint32(static_cast<std::uint32_t>(fields.size() + part.data().size()));
  }
  head += fields;
  const ByteView data = as_bytes(part.data());
  stored_.remember_part(head.size(), data);
  append_frame(packed_, as_bytes(head), data, [&](Bytes& to) {
    return cache_ ? cache_->append_blocks(to, data) : pack_blocks(to, data);
  });
}

Result<void> TraceFile::append_packed(const Mark& mark) {
  const std::uint64_t needed = mark.end + kEndingBytes + index_frame_bytes(mark.index_bytes);
  if (needed > reserved_) {
    TRY(sink_->reserve(mark.end, needed + kReserveBytes));
    reserved_ = needed + kReserveBytes;
  }
  TRY(sink_->write_at(marks_.back().end, packed_));
  packed_.clear();
  marks_.push_back(mark);
  return {};
}

Result<void> TraceFile::finish(pb::Ending ending) {
  ending.set_events(events());
  TRY(close_with(ending, true));
  return sink_->finish();
}

Result<void> TraceFile::close_with(const pb::Ending& ending, bool with_index) {
  pb::Trace trace;
  *trace.add_ending() = ending;
  const std::string raw = trace.SerializeAsString();
  packed_.clear();
  append_frame(packed_, as_bytes(raw));
  Mark mark = marks_.back();
  const FrameExtent extent{mark.end, packed_.size(), raw.size()};
  if (with_index) {
    Bytes index = index_;
    append_to_index(index, extent, EdgeFacts{});
    append_index_frame(packed_, index);
  }
  mark.end += packed_.size();
  mark.raw_bytes += raw.size();
  TRY(sink_->write_at(extent.offset, packed_));
  marks_.push_back(mark);
  return sink_->cut(mark.end);
}

void TraceFile::abandon() {
  (void)sink_->cut(bytes());  // space that stays reserved is no harm
}

void TraceFile::close_after(const Error& failure) {
  pb::Ending ending;
  ending.set_reason(recorder_failed_ ? pb::Ending::RECORDER_FAILED
                                     : pb::Ending::TRACE_NOT_WRITABLE);
  ending.set_message(failure.message);
  const std::chrono::nanoseconds elapsed = std::chrono::steady_clock::now() - start_;
  ending.set_elapsed_ns(static_cast<std::uint64_t>(elapsed.count()));
  const auto close = [&]() -> Result<void> {
    index_.resize(marks_.back().index_bytes);
    TRY(sink_->cut(marks_.back().end));  // parts of a flush must not stay
    ending.set_events(events());
    if (const Result<void> closed = close_with(ending, true); closed) return {};
    TRY(sink_->cut(marks_.back().end));
    return close_with(ending, false);
  };
  Result<void> closed = close();
  if (!closed && is_lack_of_space(closed.error())) {
    give_up_flushes(kEndingBytes + index_frame_bytes(index_.size()));
    closed = close();
  }
  // A file that cannot even be closed is one whose recorder died: it can be read all the same.
  if (!closed) (void)sink_->cut(marks_.back().end);
  (void)sink_->finish();  // it has failed already, and what failed first is what is told
}

void TraceFile::give_up_flushes(std::uint64_t bytes) {
  const std::uint64_t end = marks_.back().end;
  // The empty file and the header stay.
  while (marks_.size() > 2 && end - marks_.back().end < bytes) marks_.pop_back();
}

}  // namespace mecrr
