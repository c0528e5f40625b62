// Where everything is in a file: frames in the order of the file, told one by one (by reading them,
// or by the index at the file's end), made into tables of streams and contents.
//
// Here it is checked that frames fit together: positions follow one another in a stream, each order
// belongs to one event, parts do not overlap, nothing stands behind the ending.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/ids.h"
#include "trace-format/contents.h"
#include "trace-format/facts.h"
#include "trace-format/orders.h"

namespace mecrr {

struct IndexedChunk {
  FrameExtent frame;
  ChunkFacts facts;
};

/// Chunks of one stream, in order; at least one.
struct IndexedStream {
  std::vector<IndexedChunk> chunks;
  std::uint64_t events = 0;  ///< of them, those before the first missing order

  /// The chunk with the event at that position, which is below `events`.
  const IndexedChunk& chunk_of(EventId position) const;
  /// Order of the event at that position.
  Order order_of(EventId position) const;
  /// Where the event of that order is, if it is in this stream.
  std::optional<EventId> position_of(Order order) const;
  /// What its chunks tell together: facts.h.
  std::optional<StreamId> forked_from() const { return chunks.front().facts.forked_from; }
  std::vector<TouchedObject> objects() const;
};

class Index {
 public:
  /// The frame that follows in the file. The first holds the header. Errors name its byte.
  Result<void> add(const FrameExtent& frame, const FrameFacts& facts);

  /// Ends every stream before the first order that is missing. Once, behind the last add().
  void end_before_first_missing();

  /// Events of all streams, up to the first that is missing.
  std::uint64_t events() const { return events_; }
  /// Events that are in the file.
  std::uint64_t stored_events() const { return stored_events_; }

  /// Those that have events.
  const std::map<StreamId, IndexedStream>& streams() const { return streams_; }
  const ContentTable& contents() const { return contents_; }
  /// The ending's frame, if there is one.
  const std::optional<FrameExtent>& ending() const { return ending_; }
  /// The frame of that number, counted in the file from the header's, 0, if it holds events or
  /// contents.
  std::optional<FrameExtent> frame(std::uint64_t number) const;
  /// The byte behind the last frame.
  std::uint64_t end() const { return end_; }

  struct Sizes {
    std::uint64_t packed = 0;
    std::uint64_t raw = 0;
  };
  Sizes event_sizes() const { return event_sizes_; }
  Sizes content_sizes() const { return content_sizes_; }

 private:
  Result<void> add_edge(const FrameExtent& frame);
  Result<void> add_contents(const FrameExtent& frame, const ContentFacts& facts);
  Result<void> add_chunk(const FrameExtent& frame, const ChunkFacts& facts);

  std::map<StreamId, IndexedStream> streams_;
  ContentTable contents_;
  OrderSet orders_;
  std::vector<std::optional<FrameExtent>> frames_;  // those of events and contents
  std::optional<FrameExtent> ending_;
  std::uint64_t end_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t stored_events_ = 0;
  Sizes event_sizes_;
  Sizes content_sizes_;
};

/// The index frame: `index` is what append_to_index() has made.
///
///     5d 2a 4d 18 │ size (4) │ pb::Index │ its hash64 (8) │ its size (8) │ "mecrridx"
void append_index_frame(Bytes& to, ByteView index);
/// How many bytes it has with an index of that many.
std::uint64_t index_frame_bytes(std::uint64_t index_bytes);

/// Reads the index at the file's end. Empty if there is none; fails if it is damaged or contradicts
/// itself.
Result<std::optional<Index>> read_index(const Source& source);

/// The same, as it is told; fails if there is none.
Result<std::vector<IndexedFrame>> read_indexed_frames(const Source& source);

}  // namespace mecrr
