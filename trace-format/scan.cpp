#include "trace-format/scan.h"

#include <memory>

#include "base/check.h"
#include "trace-format/event_check.h"
#include "trace-format/loaded_frame.h"

namespace mecrr {

namespace {

Result<bool> skippable_at(const Source& source, std::uint64_t offset) {
  std::uint32_t magic = 0;
  if (source.size() - offset < sizeof magic) return false;
  TRY(source.read_at(offset, object_bytes(magic)));
  return is_skippable(magic);
}

// What LZ4 skips can only be the index, and must be the last. Were it good, nobody would scan.
Result<void> explain_index(const Source& source, std::uint64_t offset) {
  std::uint32_t size = 0;
  constexpr std::uint64_t kHeaderBytes = 8;
  if (source.size() - offset < kHeaderBytes) return fail("byte {}: the index is cut", offset);
  TRY(source.read_at(offset + 4, object_bytes(size)));
  const std::uint64_t there = source.size() - offset - kHeaderBytes;
  if (size > there) return fail("byte {}: the index is cut", offset);
  if (size < there) return fail("byte {}: {} bytes stand behind the index", offset, there - size);
  return fail("byte {}: the index is damaged", offset);
}

Result<void> add_frame(const Source& source, Index& index, SourceFrames& others) {
  const FrameExtent extent = TRY(measure_frame(source, index.end()));
  const std::shared_ptr<const LoadedFrame> frame = TRY(LoadedFrame::load(source, extent, &others));
  TRY(with_context(check_frame(frame->trace(), index.contents().count()), "byte {}",
                   extent.offset));
  return index.add(extent, frame->facts());
}

}  // namespace

Result<Scan> scan(const Source& source) {
  Scan result;
  SourceFrames others(source, result.index);
  while (result.index.end() < source.size()) {
    const bool is_index = TRY(skippable_at(source, result.index.end()));
    const Result<void> found = is_index ? explain_index(source, result.index.end())
                                        : add_frame(source, result.index, others);
    if (found) continue;
    result.damage = found.error();
    break;
  }
  result.index.end_before_first_missing();
  return result;
}

}  // namespace mecrr
