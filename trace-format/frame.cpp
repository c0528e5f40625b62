#include "trace-format/frame.h"

#include <lz4.h>
#include <lz4frame.h>
#include <lz4hc.h>

#include <algorithm>
#include <memory>

#include "base/check.h"
#include "base/hash.h"
#include "trace-format/limits.h"

namespace mecrr {

namespace {

constexpr std::uint64_t kHeaderBytes = 15;  // magic, flags, block size, content size, checksum
constexpr std::uint64_t kBlockSizeBytes = 4;
constexpr std::uint64_t kChecksumBytes = 4;
constexpr std::uint32_t kNotCompressed = 0x8000'0000;
constexpr std::size_t kBlockBytes = std::size_t{4} << 20;  // LZ4F_max4MB

// The flags octet.
constexpr unsigned kVersionMask = 0xc0;
constexpr unsigned kVersion01 = 0x40;
constexpr unsigned kIndependentBlocks = 0x20;
constexpr unsigned kBlockChecksums = 0x10;
constexpr unsigned kContentSize = 0x08;
constexpr unsigned kContentChecksum = 0x04;
constexpr unsigned kReserved = 0x02;
constexpr unsigned kDictionary = 0x01;

// Reads small things one behind the other with few calls: blocks can be as short as five bytes.
class Window {
 public:
  explicit Window(const Source& source) : source_(source) {}

  // The T at `offset`, which the source holds.
  template <PlainObject T>
  Result<T> load_at(std::uint64_t offset) {
    if (offset < start_ || !slice(bytes_, offset - start_, sizeof(T))) {
      start_ = offset;
      bytes_.resize(std::min<std::uint64_t>(kBytes, source_.size() - offset));
      TRY(source_.read_at(offset, bytes_));
    }
    const auto value = load<T>(bytes_, offset - start_);
    MECRR_CHECK(value, "{} of {}", offset, source_.size());
    return *value;
  }

 private:
  static constexpr std::uint64_t kBytes = 4096;
  const Source& source_;
  std::uint64_t start_ = 0;
  Bytes bytes_;
};

struct Header {
  std::uint64_t raw_bytes = 0;
  std::uint64_t max_block_bytes = 0;
  std::uint64_t block_checksum_bytes = 0;
};

Result<Header> read_header(Window& window, std::uint64_t offset) {
  const auto magic = TRY(window.load_at<std::uint32_t>(offset));
  if (magic != kFrameMagic) return fail("byte {}: no LZ4 frame begins here", offset);
  const unsigned flags = TRY(window.load_at<std::uint8_t>(offset + 4));
  const unsigned block = TRY(window.load_at<std::uint8_t>(offset + 5));
  if ((flags & kVersionMask) != kVersion01 || (flags & kReserved) != 0 || (block & 0x8f) != 0 ||
      (block >> 4) < LZ4F_max64KB) {
    return fail("byte {}: the frame's header is damaged", offset);
  }
  if ((flags & kDictionary) != 0) return fail("byte {}: the frame needs a dictionary", offset);
  if ((flags & kContentSize) == 0) return fail("byte {}: the frame does not tell its size", offset);
  if ((flags & kContentChecksum) == 0) return fail("byte {}: the frame has no checksum", offset);
  Header header;
  header.raw_bytes = TRY(window.load_at<std::uint64_t>(offset + 6));
  header.max_block_bytes = std::uint64_t{1} << (8 + 2 * (block >> 4));
  header.block_checksum_bytes = (flags & kBlockChecksums) != 0 ? kChecksumBytes : 0;
  return header;
}

Result<void> check_raw_size(const FrameExtent& extent) {
  if (extent.raw_bytes == 0) return fail("byte {}: the frame is empty", extent.offset);
  if (extent.raw_bytes > kMaxFrameBytes || extent.raw_bytes / kMaxRatio > extent.bytes) {
    return fail("byte {}: the frame of {} bytes claims to hold {}", extent.offset, extent.bytes,
                extent.raw_bytes);
  }
  return {};
}

std::unexpected<Error> fail_cut(const Source& source, std::uint64_t offset) {
  return fail("byte {}: the frame is cut: the file ends {} bytes behind its start", offset,
              source.size() - offset);
}

using Decompression = std::unique_ptr<LZ4F_dctx, decltype(&LZ4F_freeDecompressionContext)>;

Result<Decompression> create_decompression() {
  LZ4F_dctx* context = nullptr;
  const std::size_t result = LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
  if (LZ4F_isError(result)) return fail("LZ4: {}", LZ4F_getErrorName(result));
  return Decompression(context, &LZ4F_freeDecompressionContext);
}

Result<void> explain(std::size_t result, std::uint64_t offset) {
  if (!LZ4F_isError(result)) return {};
  return fail("byte {}: the frame is damaged (LZ4: {})", offset, LZ4F_getErrorName(result));
}

/// The last bytes of a frame are the checksum of what it holds.
Result<void> check_content(ByteView packed, ByteView raw, std::uint64_t offset) {
  const auto checksum = load<std::uint32_t>(packed, packed.size() - kChecksumBytes);
  if (checksum == hash32(raw, {})) return {};
  return fail("byte {}: the frame's checksum differs (file damaged)", offset);
}

}  // namespace

void pack_blocks(Bytes& to, ByteView data, Effort effort) {
  constexpr int kMuchLevel = 9;
  const std::size_t room_bytes = std::min(data.size(), kBlockBytes);
  const auto memory = std::make_unique_for_overwrite<std::byte[]>(room_bytes);
  const MutableBytes room(memory.get(), room_bytes);
  while (!data.empty()) {
    const ByteView raw = data.first(std::min(data.size(), kBlockBytes));
    data = data.subspan(raw.size());
    // One that would not become smaller does not fit, and stays as it is.
    const int raw_bytes = static_cast<int>(raw.size());
    const int size =
        effort == Effort::kMuch
            ? LZ4_compress_HC(as_chars(raw), as_chars(room), raw_bytes, raw_bytes - 1, kMuchLevel)
            : LZ4_compress_default(as_chars(raw), as_chars(room), raw_bytes, raw_bytes - 1);
    const ByteView packed = size <= 0 ? raw : room.first(static_cast<std::size_t>(size));
    const auto bytes = static_cast<std::uint32_t>(packed.size());
    append_object(to, bytes | (size <= 0 ? kNotCompressed : 0));
    append(to, packed);
  }
}

std::optional<Bytes> unpack_blocks(ByteView blocks, std::uint64_t data_bytes) {
  if (data_bytes / kMaxRatio > blocks.size() || data_bytes > kMaxFrameBytes) return std::nullopt;
  Bytes data(data_bytes);
  MutableBytes left = data;
  while (!left.empty()) {
    const auto head = load<std::uint32_t>(blocks);
    const std::size_t raw_bytes = std::min(left.size(), kBlockBytes);
    const auto block =
        head ? slice(blocks, kBlockSizeBytes, *head & ~kNotCompressed) : std::nullopt;
    if (!block) return std::nullopt;
    const MutableBytes raw = left.first(raw_bytes);
    if ((*head & kNotCompressed) == 0) {
      const int made =
          LZ4_decompress_safe(as_chars(*block), as_chars(raw), static_cast<int>(block->size()),
                              static_cast<int>(raw.size()));
      if (made < 0 || static_cast<std::size_t>(made) != raw.size()) return std::nullopt;
    } else if (block->size() == raw.size()) {
      std::ranges::copy(*block, raw.begin());
    } else {
      return std::nullopt;
    }
    blocks = blocks.subspan(kBlockSizeBytes + block->size());
    left = left.subspan(raw_bytes);
  }
  if (!blocks.empty()) return std::nullopt;
  return data;
}

std::uint64_t max_packed_bytes(std::uint64_t data_bytes) {
  return data_bytes + (data_bytes + kBlockBytes - 1) / kBlockBytes * kBlockSizeBytes;
}

namespace {

/// What is in front of a frame's blocks.
void append_header(Bytes& to, std::uint64_t raw_bytes, LZ4F_blockSizeID_t block_size) {
  constexpr std::uint8_t kFlags = kVersion01 | kIndependentBlocks | kContentSize | kContentChecksum;
  Bytes descriptor;
  append_object(descriptor, kFlags);
  append_object(descriptor, static_cast<std::uint8_t>(block_size << 4));
  append_object(descriptor, raw_bytes);
  append_object(to, kFrameMagic);
  append(to, descriptor);
  append_object(to, static_cast<std::uint8_t>(hash32(descriptor, {}) >> 8));
}

/// What is behind them.
void append_end(Bytes& to, std::uint32_t checksum) {
  append_object(to, std::uint32_t{0});
  append_object(to, checksum);
}

}  // namespace

// By hand: LZ4's own takes half a nanosecond more for each byte of a frame, since its checksum is
// half as fast as the one in base/hash.h.
void append_frame(Bytes& to, ByteView raw) {
  constexpr std::size_t kSmallBytes = 256 * 1024;
  MECRR_CHECK(!raw.empty() && raw.size() <= kMaxFrameBytes);
  append_header(to, raw.size(), raw.size() <= kSmallBytes ? LZ4F_max256KB : LZ4F_max4MB);
  pack_blocks(to, raw);
  append_end(to, hash32(raw, {}));
}

void append_frame(Bytes& to, ByteView head, ByteView data,
                  const std::function<void(Bytes& to)>& add_blocks) {
  MECRR_CHECK(head.size() <= kBlockBytes && head.size() + data.size() <= kMaxFrameBytes);
  append_header(to, head.size() + data.size(), LZ4F_max4MB);
  append_object(to, static_cast<std::uint32_t>(head.size()) | kNotCompressed);
  append(to, head);
  add_blocks(to);
  append_end(to, hash32(head, data));
}

Result<FrameExtent> measure_frame(const Source& source, std::uint64_t offset) {
  MECRR_CHECK(offset < source.size());
  const std::uint64_t there = source.size() - offset;
  Window window(source);
  if (there < kHeaderBytes) {
    // Of a frame that is cut this early, what is there must still look like one.
    if (there < sizeof kFrameMagic) return fail_cut(source, offset);
    if (TRY(window.load_at<std::uint32_t>(offset)) == kFrameMagic) return fail_cut(source, offset);
    return fail("byte {}: no LZ4 frame begins here", offset);
  }
  const Header header = TRY(read_header(window, offset));
  std::uint64_t at = kHeaderBytes;
  for (;;) {
    if (there - at < kBlockSizeBytes) return fail_cut(source, offset);
    const auto block = TRY(window.load_at<std::uint32_t>(offset + at));
    at += kBlockSizeBytes;
    if (block == 0) break;
    const std::uint64_t size = block & ~kNotCompressed;
    if (size == 0 || size > header.max_block_bytes) {
      return fail("byte {}: the frame has a block of {} bytes at byte {}", offset, size,
                  offset + at - kBlockSizeBytes);
    }
    if (there - at < size + header.block_checksum_bytes) return fail_cut(source, offset);
    at += size + header.block_checksum_bytes;
  }
  if (there - at < kChecksumBytes) return fail_cut(source, offset);
  const FrameExtent extent{offset, at + kChecksumBytes, header.raw_bytes};
  TRY(check_raw_size(extent));
  return extent;
}

Result<Bytes> read_frame(const Source& source, const FrameExtent& extent) {
  TRY(check_raw_size(extent));
  Bytes packed(extent.bytes);
  TRY(source.read_at(extent.offset, packed));
  const Decompression context = TRY(create_decompression());
  LZ4F_decompressOptions_t options{};
  options.skipChecksums = 1;  // check_content() is twice as fast
  Bytes raw;
  ByteView left = packed;
  std::size_t used = 0;
  for (;;) {
    // Memory grows with what really comes out, not with what the header claims.
    constexpr std::size_t kFirstBytes = 1024 * 1024;
    if (used == raw.size()) {
      raw.resize(std::min<std::size_t>(extent.raw_bytes, std::max(kFirstBytes, 2 * raw.size())));
    }
    std::size_t taken = left.size();
    std::size_t made = raw.size() - used;
    const std::size_t result =
        LZ4F_decompress(context.get(), MutableBytes(raw).subspan(used).data(), &made, left.data(),
                        &taken, &options);
    TRY(explain(result, extent.offset));
    used += made;
    left = left.subspan(taken);
    if (result == 0) break;
    if (taken == 0 && made == 0) {
      return fail("byte {}: the frame is damaged (it holds more than it claims)", extent.offset);
    }
  }
  if (!left.empty() || used != extent.raw_bytes) {
    return fail("byte {}: the frame is damaged (its size differs)", extent.offset);
  }
  TRY(check_content(packed, raw, extent.offset));
  return raw;
}

}  // namespace mecrr
