// What a trace that is being written holds already, so that the same data need not be stored again:
// programs read the same files time and again, and what one writes to a pipe another reads.
//
//     a chunk is to be written ──> shorten(): what is known becomes copies (trace.proto, Copy)
//     it is serialized         ──> remember(): where in the frame the rest is; known from now on
//
// Data is looked at in blocks of kBlockBytes from where it begins: whoever reads a file from its
// start, or from a page on, finds the blocks of whoever did before, whatever each asked for at
// once. A block is known by a hash of 128 bits with a seed that is this recording's alone, and so
// cannot be chosen to collide; it is not compared.
//
// Memory: kMostBlocks of some 60 bytes, once a trace has as many (1 GiB of long data); others take
// the places of the oldest then. And 8 bytes for each frame.
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// Which block is where. Of many, those are forgotten that have not been put for longest.
class KnownBlocks {
 public:
  struct Place {
    std::uint32_t frame = 0;   ///< what it is a number of, the caller knows
    std::uint32_t offset = 0;  ///< likewise
  };
  static constexpr std::size_t kMostBlocks = std::size_t{1} << 18;

  std::optional<Place> find(const Hash128& hash) const;
  /// Replaces what was known of that block.
  void put(const Hash128& hash, Place place);

 private:
  using Places = std::unordered_map<Hash128, Place>;
  Places young_;
  Places old_;  // what was young before, and has been full
};

class StoredData {
 public:
  static constexpr std::size_t kBlockBytes = 4096;
  /// Less than this is not worth a copy. (What is left of data behind its blocks may be.)
  static constexpr std::size_t kLeastBytes = 512;

  StoredData();

  /// Takes out of the chunk what is known. remember() is next.
  void shorten(pb::Chunk& chunk);

  // Of each frame behind the header's, in the order of the file, one of these:

  /// It is that of the chunk that shorten() was given, and decompresses to this; copies that come
  /// from the chunk itself are completed in both.
  void remember(pb::Trace& trace, Bytes& raw);
  /// It has parts of contents.
  /// @param raw  what it decompresses to
  void remember_parts(ByteView raw);
  /// It has one part, and what it decompresses to is `head` bytes with its data behind them.
  void remember_part(std::uint64_t head, ByteView data);

  struct Use {
    std::uint64_t copies = 0;
    std::uint64_t bytes = 0;  ///< that were not stored again
  };
  const Use& use() const { return use_; }

 private:
  // A field of the chunk (copies.h), and where it begins in the frame, once that is known.
  struct Field {
    std::uint32_t event = 0;
    std::uint32_t number = 0;
    std::uint64_t offset = 0;
  };
  // A block of the chunk that is stored in it.
  struct Block {
    Hash128 hash;
    std::uint32_t field = 0;   // of fields_
    std::uint32_t offset = 0;  // in what is left of the field
  };
  // Where a block can be copied from: a frame before; or this one, and then the offset is in a
  // field.
  struct Source {
    std::uint32_t frame = 0;
    std::uint32_t field = 0;
    std::uint64_t offset = 0;
    friend bool operator==(const Source&, const Source&) = default;
  };
  // A copy from the chunk itself.
  struct OwnCopy {
    int number = 0;
    std::uint32_t field = 0;
  };

  void shorten_field(pb::Chunk& chunk, const Field& field);
  std::optional<Source> source_of(const Hash128& hash, std::size_t size);
  bool may_use(std::uint32_t frame);
  void put_blocks(std::uint64_t offset, ByteView data);
  void add_copy(pb::Chunk& chunk, const Field& into, std::uint64_t at, std::size_t size,
                const Source& source);
  std::uint32_t this_frame() const { return static_cast<std::uint32_t>(frames_.size()); }

  std::uint64_t seed_ = 0;
  KnownBlocks known_;
  std::vector<std::uint64_t> frames_ = {0};  // raw bytes of each so far; the header's are not used
  Use use_;
  // Of the chunk that was shortened last:
  std::vector<Field> fields_;
  std::vector<Block> blocks_;
  std::vector<OwnCopy> own_copies_;
  std::optional<Source> behind_last_;  // what the last copy could go on with
  std::vector<std::uint32_t> used_;    // frames
  std::uint64_t used_bytes_ = 0;
  std::uint64_t copied_ = 0;
};

}  // namespace mecrr
