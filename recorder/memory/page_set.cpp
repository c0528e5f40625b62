#include "recorder/memory/page_set.h"

#include <algorithm>
#include <iterator>

namespace mecrr {

std::vector<PageSet::Range> PageSet::add(std::uint64_t start, std::uint64_t end) {
  std::vector<Range> missing;
  if (start >= end) return missing;
  auto at = ranges_.upper_bound(start);
  if (at != ranges_.begin() && std::prev(at)->second >= start) --at;

  std::uint64_t joined_start = start;
  std::uint64_t joined_end = end;
  std::uint64_t reached = start;
  while (at != ranges_.end() && at->first <= end) {
    if (at->first > reached) missing.push_back({reached, at->first});
    reached = std::max(reached, at->second);
    joined_start = std::min(joined_start, at->first);
    joined_end = std::max(joined_end, at->second);
    at = ranges_.erase(at);
  }
  if (reached < end) missing.push_back({reached, end});
  ranges_.emplace(joined_start, joined_end);
  return missing;
}

bool PageSet::contains(std::uint64_t start, std::uint64_t end) const {
  const auto above = ranges_.upper_bound(start);
  return above != ranges_.begin() && std::prev(above)->second >= end;
}

PageSet::Range PageSet::longest() const {
  Range longest{};
  for (const auto& [start, end] : ranges_) {
    if (end - start > longest.end - longest.start) longest = {.start = start, .end = end};
  }
  return longest;
}

}  // namespace mecrr
