// Frames that a reader has loaded, so that a step back or a change of stream does not load them
// again. What a frame holds is compared with what the index told of it.
//
// Threads: one at a time.
#pragma once

#include <list>
#include <memory>

#include "base/error.h"
#include "trace-format/index.h"
#include "trace-format/loaded_frame.h"
#include "trace-format/source.h"

namespace mecrr {

class FrameCache {
 public:
  /// Both outlive it.
  FrameCache(const Source& source, const Index& index)
      : source_(source), index_(index), others_(source, index) {}

  /// A chunk, its events checked.
  Result<std::shared_ptr<const LoadedFrame>> chunk(const IndexedChunk& chunk);

  /// A part of a content, with its bytes; valid as long as `frame`.
  struct Part {
    std::shared_ptr<const LoadedFrame> frame;
    const pb::ContentPart* part;
  };
  Result<Part> part(const PartExtent& extent, const StoredPart& stored);

 private:
  // What it holds is checked.
  Result<std::shared_ptr<const LoadedFrame>> frame(const FrameExtent& extent);

  const Source& source_;
  const Index& index_;
  SourceFrames others_;
  std::list<std::shared_ptr<const LoadedFrame>> frames_;  // used last stands first
};

}  // namespace mecrr
