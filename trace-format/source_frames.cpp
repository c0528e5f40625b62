#include "trace-format/source_frames.h"

#include <algorithm>
#include <utility>

#include "trace-format/limits.h"

namespace mecrr {

Result<ByteView> SourceFrames::bytes_of(std::uint64_t number, std::uint64_t before) {
  const std::optional<FrameExtent> extent = index_.frame(number);
  if (!extent || extent->offset >= before) {
    return fail("frame {} is none of events or contents in front of it", number);
  }
  if (extent->raw_bytes > kMaxSourceBytes)
    return fail("frame {} is too large to be copied from", number);
  const auto found =
      std::ranges::find_if(kept_, [&](const Kept& kept) { return kept.extent == *extent; });
  if (found != kept_.end()) {
    kept_.splice(kept_.begin(), kept_, found);
    return kept_.front().bytes;
  }
  while (kept_bytes_ + extent->raw_bytes > kMaxSourceBytes) {
    kept_bytes_ -= kept_.back().extent.raw_bytes;
    kept_.pop_back();
  }
  kept_.push_front({*extent, TRY(read_frame(source_, *extent))});
  kept_bytes_ += extent->raw_bytes;
  return kept_.front().bytes;
}

}  // namespace mecrr
