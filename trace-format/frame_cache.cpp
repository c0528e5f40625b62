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

std::shared_ptr<const LoadedFrame> FrameCache::find(const FrameExtent& extent) {
  const auto found =
      std::ranges::find_if(frames_, [&](const auto& frame) { return frame->extent() == extent; });
  if (found == frames_.end()) return nullptr;
  frames_.splice(frames_.begin(), frames_, found);
  return frames_.front();
}

void FrameCache::keep(std::shared_ptr<const LoadedFrame> frame) {
  frames_.push_front(std::move(frame));
  if (frames_.size() > kKeptFrames) frames_.pop_back();
}

Result<std::shared_ptr<const LoadedFrame>> FrameCache::chunk(const IndexedChunk& chunk) {
  if (auto found = find(chunk.frame)) return found;
  std::shared_ptr<const LoadedFrame> frame = TRY(LoadedFrame::load(source_, chunk.frame));
  if (frame->facts() != FrameFacts{chunk.facts}) return fail_differs(chunk.frame);
  const std::uint64_t contents = index_.contents().begun_before(chunk.frame.offset);
  TRY(with_context(check_frame(frame->trace(), contents), "byte {}", chunk.frame.offset));
  keep(frame);
  return frame;
}

Result<FrameCache::Part> FrameCache::part(const PartExtent& extent, const StoredPart& stored) {
  std::shared_ptr<const LoadedFrame> frame = find(stored.frame);
  if (!frame) {
    frame = TRY(LoadedFrame::load(source_, stored.frame));
    keep(frame);
  }
  const auto* facts = std::get_if<ContentFacts>(&frame->facts());
  if (facts == nullptr || stored.number >= facts->parts.size() ||
      facts->parts[stored.number] != extent) {
    return fail_differs(stored.frame);
  }
  return Part{frame, &frame->trace().content(static_cast<int>(stored.number))};
}

}  // namespace mecrr
