#include "trace-format/loaded_frame.h"

#include "trace-format/shape.h"

namespace mecrr {

LoadedFrame::LoadedFrame(const FrameExtent& extent)
    : extent_(extent), trace_(google::protobuf::Arena::CreateMessage<pb::Trace>(&arena_)) {}

Result<std::shared_ptr<const LoadedFrame>> LoadedFrame::load(const Source& source,
                                                             const FrameExtent& extent) {
  const Bytes raw = TRY(read_frame(source, extent));
  const std::shared_ptr<LoadedFrame> frame(new LoadedFrame(extent));
  TRY(with_context(check_trace_shape(raw), "byte {}: the frame's message", extent.offset));
  TRY(with_context(parse_message(raw, *frame->trace_), "byte {}: what the frame holds",
                   extent.offset));
  frame->facts_ = TRY(with_context(facts_of(*frame->trace_, raw.size()), "byte {}", extent.offset));
  return frame;
}

}  // namespace mecrr
