#include "trace-format/frame_cache.h"

#include <algorithm>
#include <utility>

#include "trace-format/event_check.h"
#include "trace-format/limits.h"

namespace mecrr {

namespace {

std::unexpected<Error> fail_differs(const FrameExtent& extent) {
  return fail("byte {}: the frame does not hold what the index tells (file damaged)",
              extent.offset);
}

}  // namespace

Result<std::shared_ptr<const LoadedFrame>> FrameCache::frame(const FrameExtent& extent) {
  const auto found =
      std::ranges::find_if(frames_, [&](const auto& frame) { return frame->extent() == extent; });
  if (found != frames_.end()) {
    frames_.splice(frames_.begin(), frames_, found);
    return frames_.front();
  }
  std::shared_ptr<const LoadedFrame> frame = TRY(LoadedFrame::load(source_, extent, &others_));
  TRY(with_context(check_frame(frame->trace(), index_.contents().begun_before(extent.offset)),
                   "byte {}", extent.offset));
  frames_.push_front(frame);
  if (frames_.size() > kKeptFrames) frames_.pop_back();
  return frame;
}

Result<std::shared_ptr<const LoadedFrame>> FrameCache::chunk(const IndexedChunk& chunk) {
  std::shared_ptr<const LoadedFrame> found = TRY(frame(chunk.frame));
  if (found->facts() != FrameFacts{chunk.facts}) return fail_differs(chunk.frame);
  return found;
}

Result<FrameCache::Part> FrameCache::part(const PartExtent& extent, const StoredPart& stored) {
  const std::shared_ptr<const LoadedFrame> found = TRY(frame(stored.frame));
  const auto* facts = std::get_if<ContentFacts>(&found->facts());
  if (facts == nullptr || stored.number >= facts->parts.size() ||
      facts->parts[stored.number] != extent) {
    return fail_differs(stored.frame);
  }
  return Part{found, &found->trace().content(static_cast<int>(stored.number))};
}

}  // namespace mecrr
