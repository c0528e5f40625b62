#include "trace-format/orders.h"

#include <algorithm>
#include <iterator>

namespace mecrr {

bool OrderRuns::add(Order order) { return add(OrderRun{order, 1}); }

bool OrderRuns::add(OrderRun run) {
  if (!runs_.empty() && run.first < runs_.back().end()) return false;
  if (!runs_.empty() && run.first == runs_.back().end()) {
    runs_.back().count += run.count;
  } else {
    runs_.push_back(run);
  }
  count_ += run.count;
  return true;
}

std::uint64_t OrderRuns::count_below(Order order) const {
  std::uint64_t below = 0;
  for (const OrderRun& run : runs_) {
    if (order <= run.first) break;
    below += std::min(order, run.end()).value() - run.first.value();
  }
  return below;
}

bool OrderRuns::contains(Order order) const {
  const auto behind =
      std::ranges::upper_bound(runs_, order, {}, [](const OrderRun& run) { return run.first; });
  return behind != runs_.begin() && order < std::prev(behind)->end();
}

bool OrderSet::add(OrderRun run) {
  const std::uint64_t first = run.first.value();
  const std::uint64_t end = run.end().value();
  const auto behind = ends_.upper_bound(first);
  if (behind != ends_.end() && behind->first < end) return false;
  const bool touches_behind = behind != ends_.end() && behind->first == end;
  const std::uint64_t new_end = touches_behind ? behind->second : end;
  if (behind != ends_.begin()) {
    const auto before = std::prev(behind);
    if (before->second > first) return false;
    if (before->second == first) {
      before->second = new_end;
      if (touches_behind) ends_.erase(behind);
      return true;
    }
  }
  if (touches_behind) ends_.erase(behind);
  ends_.emplace(first, new_end);
  return true;
}

Order OrderSet::first_missing() const {
  if (ends_.empty() || ends_.begin()->first != 0) return Order{0};
  return Order{ends_.begin()->second};
}

}  // namespace mecrr
