// A set of byte ranges of a file, kept as few disjoint ranges.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace mecrr {

class PageSet {
 public:
  struct Range {
    std::uint64_t start;
    std::uint64_t end;

    friend bool operator==(const Range&, const Range&) = default;
  };

  /// Adds [start, end) and gives the parts of it that were not in the set, in order.
  std::vector<Range> add(std::uint64_t start, std::uint64_t end);

  /// Whether all of [start, end), which is not empty, is in the set.
  bool contains(std::uint64_t start, std::uint64_t end) const;
  /// Of its ranges; an empty one if there is none.
  Range longest() const;

 private:
  std::map<std::uint64_t, std::uint64_t> ranges_;  // start -> end; they do not touch
};

}  // namespace mecrr
