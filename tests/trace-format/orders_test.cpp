#include "trace-format/orders.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace mecrr {
namespace {

OrderRun run(std::uint64_t first, std::uint64_t count) { return {Order{first}, count}; }

TEST(OrderRuns, JoinWhatFollowsOneByOne) {
  OrderRuns runs;
  for (const std::uint64_t order : {3, 4, 5, 9, 10}) EXPECT_TRUE(runs.add(Order{order}));
  EXPECT_EQ(runs.runs(), (std::vector{run(3, 3), run(9, 2)}));
  EXPECT_EQ(runs.count(), 5u);
  EXPECT_EQ(runs.first(), Order{3});
  EXPECT_EQ(runs.last(), Order{10});
}

TEST(OrderRuns, RefuseWhatDoesNotAscend) {
  OrderRuns runs;
  EXPECT_TRUE(runs.add(run(3, 3)));
  EXPECT_FALSE(runs.add(Order{5}));
  EXPECT_FALSE(runs.add(Order{0}));
  EXPECT_EQ(runs.count(), 3u);
}

TEST(OrderRuns, TellWhereAnOrderIs) {
  OrderRuns runs;
  EXPECT_FALSE(runs.contains(Order{0}));
  EXPECT_TRUE(runs.add(run(3, 3)) && runs.add(run(9, 2)));
  EXPECT_TRUE(runs.contains(Order{5}) && runs.contains(Order{10}));
  EXPECT_FALSE(runs.contains(Order{2}) || runs.contains(Order{6}) || runs.contains(Order{11}));
  EXPECT_EQ(runs.count_below(Order{3}), 0u);
  EXPECT_EQ(runs.count_below(Order{7}), 3u);
  EXPECT_EQ(runs.count_below(Order{10}), 4u);
  EXPECT_EQ(runs.count_below(Order{100}), 5u);
}

TEST(OrderSet, TellsTheFirstThatIsMissing) {
  OrderSet set;
  EXPECT_EQ(set.first_missing(), Order{0});
  EXPECT_TRUE(set.add(run(2, 2)));
  EXPECT_EQ(set.first_missing(), Order{0});
  EXPECT_TRUE(set.add(run(0, 1)));
  EXPECT_EQ(set.first_missing(), Order{1});
  EXPECT_TRUE(set.add(run(1, 1)));
  EXPECT_EQ(set.first_missing(), Order{4});
}

TEST(OrderSet, RefusesWhatItHas) {
  OrderSet set;
  EXPECT_TRUE(set.add(run(10, 10)));
  for (const OrderRun twice : {run(10, 1), run(19, 1), run(9, 2), run(5, 100), run(12, 3)}) {
    EXPECT_FALSE(set.add(twice)) << twice.first;
  }
  EXPECT_TRUE(set.add(run(20, 1)) && set.add(run(9, 1)));
}

TEST(OrderSet, HoldsWhatCameInAnyOrder) {
  std::mt19937_64 random(1);
  std::vector<OrderRun> runs;
  std::uint64_t end = 0;
  while (runs.size() < 1000) {
    runs.push_back(run(end, 1 + random() % 5));
    end = runs.back().end().value();
  }
  std::ranges::shuffle(runs, random);
  OrderSet set;
  for (const OrderRun& each : runs) EXPECT_TRUE(set.add(each));
  for (const OrderRun& each : runs) EXPECT_FALSE(set.add(each));
  EXPECT_EQ(set.first_missing(), Order{end});
}

}  // namespace
}  // namespace mecrr
