#include "trace-format/loaded_frame.h"

#include "trace-format/copies.h"
#include "trace-format/shape.h"

namespace mecrr {

namespace {

// Makes objects of what a frame decompresses to.
Result<FrameFacts> parse_frame(ByteView raw, const FrameExtent& extent, pb::Trace& into) {
  TRY(with_context(check_trace_shape(raw), "byte {}: the frame's message", extent.offset));
  TRY(with_context(parse_message(raw, into), "byte {}: what the frame holds", extent.offset));
  return with_context(facts_of(into, raw.size()), "byte {}", extent.offset);
}

}  // namespace

LoadedFrame::LoadedFrame(const FrameExtent& extent)
    : extent_(extent), trace_(google::protobuf::Arena::CreateMessage<pb::Trace>(&arena_)) {}

Result<std::shared_ptr<const LoadedFrame>> LoadedFrame::load(const Source& source,
                                                             const FrameExtent& extent,
                                                             SourceFrames* others) {
  const Bytes raw = TRY(read_frame(source, extent));
  const std::shared_ptr<LoadedFrame> frame(new LoadedFrame(extent));
  frame->facts_ = TRY(parse_frame(raw, extent, *frame->trace_));
  for (pb::Chunk& chunk : *frame->trace_->mutable_chunk()) {
    TRY(with_context(expand_copies(chunk, raw, extent.offset, others), "byte {}", extent.offset));
  }
  return frame;
}

Result<pb::Trace> LoadedFrame::read_stored(const Source& source, const FrameExtent& extent) {
  pb::Trace trace;
  TRY(parse_frame(TRY(read_frame(source, extent)), extent, trace));
  return trace;
}

}  // namespace mecrr
