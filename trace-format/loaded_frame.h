// A frame, read, decompressed, made objects of, and looked at: what it holds can be trusted to be
// of the shape that trace.proto describes.
#pragma once

#include <google/protobuf/arena.h>

#include <memory>

#include "base/error.h"
#include "trace-format/facts.h"
#include "trace-format/frame.h"
#include "trace-format/source.h"
#include "trace-format/source_frames.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

class LoadedFrame {
 public:
  /// Does not check the events' fields (event_check.h), since that needs to know what else is in
  /// the file. Copies are put into the events. Errors name the frame's byte.
  /// @param others  where copies come from; null: there may be none
  static Result<std::shared_ptr<const LoadedFrame>> load(const Source& source,
                                                         const FrameExtent& extent,
                                                         SourceFrames* others);

  /// What the frame holds as it is there, with copies and all; its shape is checked, and that it is
  /// one thing.
  static Result<pb::Trace> read_stored(const Source& source, const FrameExtent& extent);

  LoadedFrame(const LoadedFrame&) = delete;
  LoadedFrame& operator=(const LoadedFrame&) = delete;

  const FrameExtent& extent() const { return extent_; }
  const pb::Trace& trace() const { return *trace_; }
  const FrameFacts& facts() const { return facts_; }

 private:
  explicit LoadedFrame(const FrameExtent& extent);

  FrameExtent extent_;
  google::protobuf::Arena arena_;  // owns what follows
  pb::Trace* trace_;
  FrameFacts facts_;
};

}  // namespace mecrr
