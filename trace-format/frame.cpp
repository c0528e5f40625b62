#include "trace-format/frame.h"

#include <lz4.h>
#include <lz4frame.h>
#include <lz4hc.h>

#include <algorithm>
#include <memory>
#include <string_view>

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
  const std::string_view name = LZ4F_getErrorName(result);
  if (name == "ERROR_contentChecksum_invalid") {
    return fail("byte {}: the frame's checksum differs (file damaged)", offset);
  }
  return fail("byte {}: the frame is damaged (LZ4: {})", offset, name);
}

}  // namespace

void append_frame(Bytes& to, ByteView raw) {
  MECRR_CHECK(!raw.empty());
  LZ4F_preferences_t preferences = LZ4F_INIT_PREFERENCES;
  preferences.frameInfo.blockSizeID = raw.size() <= 256 * 1024 ? LZ4F_max256KB : LZ4F_max4MB;
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
  preferences.frameInfo.contentSize = raw.size();
  const std::size_t before = to.size();
  to.resize(before + LZ4F_compressFrameBound(raw.size(), &preferences));
  MutableBytes room = MutableBytes(to).subspan(before);
  const std::size_t size =
      LZ4F_compressFrame(room.data(), room.size(), raw.data(), raw.size(), &preferences);
  MECRR_CHECK(!LZ4F_isError(size), "{}", LZ4F_getErrorName(size));
  to.resize(before + size);
}

void pack_blocks(Bytes& to, ByteView data, Effort effort) {
  constexpr int kMuchLevel = 9;
  while (!data.empty()) {
    const ByteView raw = data.first(std::min(data.size(), kBlockBytes));
    data = data.subspan(raw.size());
    const std::size_t before = to.size();
    to.resize(before + kBlockSizeBytes + raw.size());
    const MutableBytes block = MutableBytes(to).subspan(before + kBlockSizeBytes);
    // One that would not become smaller does not fit, and stays as it is.
    const int room = static_cast<int>(raw.size()) - 1;
    const int size =
        effort == Effort::kMuch
            ? LZ4_compress_HC(as_chars(raw), as_chars(block), room + 1, room, kMuchLevel)
            : LZ4_compress_default(as_chars(raw), as_chars(block), room + 1, room);
    if (size <= 0) std::ranges::copy(raw, block.begin());
    const auto packed = static_cast<std::uint32_t>(size <= 0 ? raw.size() : size);
    MECRR_CHECK(store(MutableBytes(to), before, packed | (size <= 0 ? kNotCompressed : 0)));
    to.resize(before + kBlockSizeBytes + packed);
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

void append_frame(Bytes& to, ByteView head, ByteView data,
                  const std::function<void(Bytes& to)>& add_blocks) {
  constexpr std::uint8_t kFlags = kVersion01 | kIndependentBlocks | kContentSize | kContentChecksum;
  constexpr std::uint8_t kBlockSize = LZ4F_max4MB << 4;
  MECRR_CHECK(head.size() <= kBlockBytes && head.size() + data.size() <= kMaxFrameBytes);
  Bytes descriptor;
  append_object(descriptor, kFlags);
  append_object(descriptor, kBlockSize);
  append_object(descriptor, std::uint64_t{head.size() + data.size()});
  append_object(to, kFrameMagic);
  append(to, descriptor);
  append_object(to, static_cast<std::uint8_t>(hash32(descriptor, {}) >> 8));
  append_object(to, static_cast<std::uint32_t>(head.size()) | kNotCompressed);
  append(to, head);
  add_blocks(to);
  append_object(to, std::uint32_t{0});
  append_object(to, hash32(head, data));
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
    const std::size_t result = LZ4F_decompress(
        context.get(), MutableBytes(raw).subspan(used).data(), &made, left.data(), &taken, nullptr);
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
  return raw;
}

}  // namespace mecrr
