// A frame: the unit of the file, a standard LZ4 frame with its content's size and checksum. (The
// format: "LZ4 Frame Format Description" 1.6, lz4_Frame_format.md of the LZ4 project.)
//
//     04 22 4d 18 │ flags │ block size │ content size (8) │ header checksum
//     block: size (4; high bit: not compressed) │ bytes      as many as there are
//     00 00 00 00 │ checksum of the decompressed bytes (4)
//
// Of what LZ4 allows, a trace does without dictionaries, and demands size and checksum.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "base/bytes.h"
#include "base/error.h"
#include "trace-format/source.h"

namespace mecrr {

/// Where a frame lies in the file.
struct FrameExtent {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::uint64_t raw_bytes = 0;  ///< decompressed

  std::uint64_t end() const { return offset + bytes; }
  friend bool operator==(const FrameExtent&, const FrameExtent&) = default;
};

/// The smallest frame that there can be: header, one block of a byte, end, checksum.
inline constexpr std::uint64_t kMinFrameBytes = 15 + 5 + 4 + 4;

/// Appends a frame that decompresses to `raw`, which is not empty.
void append_frame(Bytes& to, ByteView raw);

enum class Effort : bool {
  kLittle,
  kMuch,  ///< a sixth smaller, ten times as long (LZ4 HC); unpacked as fast
};

/// Appends `data`, packed: the blocks of a frame, each with its size before it.
void pack_blocks(Bytes& to, ByteView data, Effort effort = Effort::kLittle);
/// The other way round. Empty unless they are whole blocks of exactly so many bytes, less than 4
/// GiB.
std::optional<Bytes> unpack_blocks(ByteView blocks, std::uint64_t data_bytes);
/// The most that it appends.
std::uint64_t max_packed_bytes(std::uint64_t data_bytes);

/// Appends a frame that decompresses to `head` with `data` behind it. What `add_blocks` appends is
/// pack_blocks() of `data`.
void append_frame(Bytes& to, ByteView head, ByteView data,
                  const std::function<void(Bytes& to)>& add_blocks);

/// Whether a frame that LZ4 skips (the index) begins with these four bytes.
inline constexpr std::uint32_t kFrameMagic = 0x184D2204;
inline constexpr std::uint32_t kSkippableMagic = 0x184D2A5D;  ///< one of the sixteen that LZ4 has
constexpr bool is_skippable(std::uint32_t magic) { return (magic & 0xffff'fff0) == 0x184D2A50; }

/// Finds the end of the frame at `offset`, from its header and the sizes of its blocks. Fails if it
/// is none, is cut by the file's end, or claims what a frame of a trace cannot.
Result<FrameExtent> measure_frame(const Source& source, std::uint64_t offset);

/// Reads and decompresses the frame. Fails if the bytes there are not exactly such a frame, or a
/// checksum differs.
Result<Bytes> read_frame(const Source& source, const FrameExtent& extent);

}  // namespace mecrr
