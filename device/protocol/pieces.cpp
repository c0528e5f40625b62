#include "device/protocol/pieces.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>

namespace mecrr::protocol {
namespace {

constexpr std::array<std::byte, 1> kEndOfText{};

}  // namespace

void RecordedPieces::add(RemoteAddress start, ByteView bytes) {
  if (bytes.empty()) bytes = kEndOfText;
  const RemoteRange range{start, bytes.size()};
  if (!range.is_valid()) return;
  cut_out(start.value(), range.end().value());
  pieces_[start.value()] = bytes;
}

// Leaves of older pieces what lies before and behind the new one.
void RecordedPieces::cut_out(std::uint64_t start, std::uint64_t end) {
  auto piece = pieces_.lower_bound(start);
  if (piece != pieces_.begin()) {
    const auto before = std::prev(piece);
    const std::uint64_t kept = start - before->first;
    if (kept < before->second.size()) {
      const ByteView whole = before->second;
      before->second = whole.first(kept);
      if (whole.size() > end - before->first) pieces_[end] = whole.subspan(end - before->first);
    }
  }
  piece = pieces_.lower_bound(start);
  while (piece != pieces_.end() && piece->first < end) {
    const std::uint64_t covered = end - piece->first;
    const ByteView whole = piece->second;
    piece = pieces_.erase(piece);
    if (whole.size() > covered) pieces_[end] = whole.subspan(covered);
  }
}

Result<void> RecordedPieces::read(RemoteAddress from, MutableBytes into) const {
  while (!into.empty()) {
    auto piece = pieces_.upper_bound(from.value());
    if (piece == pieces_.begin()) return fail_with_code(EFAULT, "{} is not recorded", from);
    --piece;
    const std::uint64_t skipped = from.value() - piece->first;
    if (skipped >= piece->second.size()) return fail_with_code(EFAULT, "{} is not recorded", from);
    const ByteView part =
        piece->second.subspan(skipped, std::min(into.size(), piece->second.size() - skipped));
    std::ranges::copy(part, into.begin());
    into = into.subspan(part.size());
    from += part.size();
  }
  return {};
}

}  // namespace mecrr::protocol
