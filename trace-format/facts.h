// What a frame holds, in brief: all that finding events and contents again needs. Found by reading
// the frame, or told by the index; a reader compares the two.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/ids.h"
#include "trace-format/contents.h"
#include "trace-format/frame.h"
#include "trace-format/orders.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// Shared memory that events map or change.
struct TouchedObject {
  std::uint32_t object = 0;
  std::uint64_t constant = 0;  ///< IndexedObject.constant

  friend bool operator==(const TouchedObject&, const TouchedObject&) = default;
};

/// Those of several chunks or streams together, by number.
class TouchedObjects {
 public:
  void add(TouchedObject);
  std::vector<TouchedObject> all() const;

 private:
  std::map<std::uint32_t, std::uint64_t> constants_;  // by number
};

struct ChunkFacts {
  StreamId stream;
  EventId first;  ///< position in the stream
  OrderRuns orders;
  std::optional<StreamId> forked_from;  ///< if a fork is among the events: the parent's stream
  std::vector<TouchedObject> objects;   ///< by number

  friend bool operator==(const ChunkFacts&, const ChunkFacts&) = default;
};

struct ContentFacts {
  std::vector<PartExtent> parts;

  friend bool operator==(const ContentFacts&, const ContentFacts&) = default;
};

/// The header or the ending, of which an index tells nothing more.
struct EdgeFacts {
  friend bool operator==(const EdgeFacts&, const EdgeFacts&) = default;
};

using FrameFacts = std::variant<EdgeFacts, ContentFacts, ChunkFacts>;

/// Of a frame's message. Fails if it holds nothing, or several things, or too much for one frame.
Result<FrameFacts> facts_of(const pb::Trace& trace, std::uint64_t raw_bytes);

/// As the index tells it: one field `frame` of pb::Index, appended to `index`.
void append_to_index(Bytes& index, const FrameExtent& extent, const FrameFacts& facts);

/// What the index tells of one frame; the frame's bytes must not be 0.
struct IndexedFrame {
  FrameExtent extent;
  FrameFacts facts;
};
Result<IndexedFrame> from_index(const pb::IndexedFrame& indexed, std::uint64_t offset);

}  // namespace mecrr
