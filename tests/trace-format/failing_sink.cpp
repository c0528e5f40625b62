#include "tests/trace-format/failing_sink.h"

#include <algorithm>

namespace mecrr {

Result<void> FailingSink::write_at(std::uint64_t offset, ByteView bytes) {
  if (plan_.gate) plan_.gate->pass();
  const std::uint64_t room = plan_.capacity - std::min(plan_.capacity, offset);
  const bool fits = !is_broken_ && bytes.size() <= room;
  const ByteView taken = bytes.first(is_broken_ ? 0 : std::min<std::uint64_t>(bytes.size(), room));
  plan_.file->resize(std::max<std::uint64_t>(plan_.file->size(), offset + taken.size()));
  std::ranges::copy(taken, plan_.file->begin() + static_cast<std::ptrdiff_t>(offset));
  if (fits) return {};
  is_broken_ = plan_.code == EIO;
  return fail_with_code(plan_.code, "the disk of a test");
}

Result<void> FailingSink::cut(std::uint64_t size) {
  if (is_broken_) return fail_with_code(plan_.code, "the disk of a test");
  plan_.file->resize(size);
  return {};
}

}  // namespace mecrr
