// The index as it lies in the file: index.h draws it.
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <functional>
#include <limits>

#include "base/check.h"
#include "base/hash.h"
#include "trace-format/index.h"
#include "trace-format/limits.h"
#include "trace-format/shape.h"

namespace mecrr {

namespace {

constexpr std::string_view kMark = "mecrridx";
constexpr std::uint64_t kTrailerBytes = 8 + 8 + 8;  // hash, size, mark
constexpr std::uint64_t kSkippableHeaderBytes = 4 + 4;

// Where the index is, by the file's last bytes.
struct Trailer {
  std::uint64_t hash = 0;
  std::uint64_t index_bytes = 0;
  std::uint64_t frame_offset = 0;
};

Result<std::optional<Trailer>> read_trailer(const Source& source) {
  if (source.size() < kTrailerBytes + kSkippableHeaderBytes) return std::nullopt;
  Bytes bytes(kTrailerBytes);
  TRY(source.read_at(source.size() - kTrailerBytes, bytes));
  if (as_text(ByteView(bytes).subspan(16)) != kMark) return std::nullopt;
  Trailer trailer;
  trailer.hash = *load<std::uint64_t>(bytes, 0);
  trailer.index_bytes = *load<std::uint64_t>(bytes, 8);
  const std::uint64_t room = source.size() - kTrailerBytes - kSkippableHeaderBytes;
  if (trailer.index_bytes > room || trailer.index_bytes > kMaxIndexBytes - kTrailerBytes) {
    return fail("the index claims to have {} bytes", trailer.index_bytes);
  }
  trailer.frame_offset = room - trailer.index_bytes;
  return trailer;
}

// The index itself.
Result<Bytes> read_bytes_of(const Trailer& trailer, const Source& source) {
  Bytes bytes(kSkippableHeaderBytes + trailer.index_bytes);
  TRY(source.read_at(trailer.frame_offset, bytes));
  const auto magic = load<std::uint32_t>(bytes, 0), size = load<std::uint32_t>(bytes, 4);
  bytes.erase(bytes.begin(), bytes.begin() + kSkippableHeaderBytes);
  if (magic != kSkippableMagic || size != trailer.index_bytes + kTrailerBytes ||
      hash64(bytes) != trailer.hash)
    return fail("the index at byte {} is damaged", trailer.frame_offset);
  return bytes;
}

using TakeFrame = std::function<Result<void>(IndexedFrame frame)>;

// Objects are made of one frame's entry at a time: a hostile index takes no more memory than the
// frames that it could tell of.
Result<void> parse_frames(ByteView bytes, std::uint64_t frame_offset, const TakeFrame& take) {
  using google::protobuf::internal::WireFormatLite;
  constexpr std::uint32_t kFrameTag = WireFormatLite::MakeTag(
      pb::Index::kFrameFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  google::protobuf::io::CodedInputStream in(as_octets(bytes), static_cast<int>(bytes.size()));
  std::uint64_t end = 0;  // of the frames so far
  while (end < frame_offset) {
    std::uint32_t size = 0;
    if (in.ReadTag() != kFrameTag || !in.ReadVarint32(&size)) return fail("it is no mecrr.Index");
    const auto at = static_cast<std::uint64_t>(in.CurrentPosition());
    const auto one = slice(bytes, at, size);
    if (!one || !in.Skip(static_cast<int>(size))) return fail("it is no mecrr.Index");
    TRY(check_indexed_frame_shape(*one));
    pb::IndexedFrame message;
    TRY(parse_message(*one, message));
    IndexedFrame frame = TRY(from_index(message, end));
    end = frame.extent.end();
    TRY(take(std::move(frame)));
  }
  if (end != frame_offset || in.CurrentPosition() != static_cast<int>(bytes.size())) {
    return fail("it tells of {} bytes, and stands at byte {}", end, frame_offset);
  }
  return {};
}

Result<Index> parse_index(ByteView bytes, std::uint64_t frame_offset) {
  Index index;
  TRY(parse_frames(bytes, frame_offset, [&](const IndexedFrame& frame) {
    return index.add(frame.extent, frame.facts);
  }));
  index.end_before_first_missing();
  if (index.events() != index.stored_events())
    return fail("it leaves out event {}", index.events());
  return index;
}

}  // namespace

std::uint64_t index_frame_bytes(std::uint64_t index_bytes) {
  return kSkippableHeaderBytes + index_bytes + kTrailerBytes;
}

void append_index_frame(Bytes& to, ByteView index) {
  MECRR_CHECK(index.size() <= kMaxIndexBytes - kTrailerBytes, "{} bytes", index.size());
  append_object(to, kSkippableMagic);
  append_object(to, static_cast<std::uint32_t>(index.size() + kTrailerBytes));
  append(to, index);
  const std::uint64_t hash = hash64(index);
  const std::uint64_t size = index.size();
  append_object(to, hash);
  append_object(to, size);
  append(to, as_bytes(kMark));
}

Result<std::optional<Index>> read_index(const Source& source) {
  const std::optional<Trailer> trailer = TRY(read_trailer(source));
  if (!trailer) return std::nullopt;
  const Bytes index = TRY(read_bytes_of(*trailer, source));
  return TRY(with_context(parse_index(index, trailer->frame_offset), "the index at byte {}",
                          trailer->frame_offset));
}

Result<std::vector<IndexedFrame>> read_indexed_frames(const Source& source) {
  const std::optional<Trailer> trailer = TRY(read_trailer(source));
  if (!trailer) return fail("it has no index");
  const Bytes index = TRY(read_bytes_of(*trailer, source));
  std::vector<IndexedFrame> frames;
  const auto take = [&](IndexedFrame frame) -> Result<void> {
    frames.push_back(std::move(frame));
    return {};
  };
  TRY(with_context(parse_frames(index, trailer->frame_offset, take), "the index at byte {}",
                   trailer->frame_offset));
  return frames;
}

}  // namespace mecrr
