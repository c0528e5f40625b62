// Orders: each event of a recording has its own, from 0, over all streams. A stream has ascending
// ones, mostly one by one, so that runs say it shortly.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/ids.h"

namespace mecrr {

/// `count` orders, one by one.
struct OrderRun {
  Order first;
  std::uint64_t count = 0;

  /// The order behind the last.
  Order end() const { return Order{first.value() + count}; }
  friend bool operator==(const OrderRun&, const OrderRun&) = default;
};

/// Orders of consecutive events, ascending.
class OrderRuns {
 public:
  /// False, and nothing is added, if `order` is not above all that are there.
  [[nodiscard]] bool add(Order order);
  /// The same for a run, which is not empty and does not reach beyond 2^64.
  [[nodiscard]] bool add(OrderRun run);

  bool empty() const { return runs_.empty(); }
  std::uint64_t count() const { return count_; }
  Order first() const { return runs_.front().first; }
  Order last() const { return Order{runs_.back().end().value() - 1}; }
  const std::vector<OrderRun>& runs() const { return runs_; }

  /// How many are below `order`: where it is, if it is there.
  std::uint64_t count_below(Order order) const;
  bool contains(Order order) const;

  friend bool operator==(const OrderRuns&, const OrderRuns&) = default;

 private:
  std::vector<OrderRun> runs_;
  std::uint64_t count_ = 0;
};

/// Which orders have been seen, in a whole recording. Memory: one entry for each gap.
class OrderSet {
 public:
  /// False, and nothing is added, if one of them is there already.
  [[nodiscard]] bool add(OrderRun run);
  /// The lowest that is not there.
  Order first_missing() const;

 private:
  std::map<std::uint64_t, std::uint64_t> ends_;  // first order of a run to the one behind its last
};

}  // namespace mecrr
