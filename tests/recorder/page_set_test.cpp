#include "recorder/memory/page_set.h"

#include <gtest/gtest.h>

namespace mecrr {
namespace {

using Ranges = std::vector<PageSet::Range>;

TEST(PageSet, GivesAllOfTheFirstRange) {
  PageSet set;
  EXPECT_EQ(set.add(10, 20), (Ranges{{10, 20}}));
}

TEST(PageSet, GivesNothingTwice) {
  PageSet set;
  set.add(10, 20);
  EXPECT_EQ(set.add(10, 20), Ranges{});
  EXPECT_EQ(set.add(12, 15), Ranges{});
}

TEST(PageSet, GivesTheGapsBetweenWhatItHas) {
  PageSet set;
  set.add(10, 20);
  set.add(30, 40);
  EXPECT_EQ(set.add(5, 45), (Ranges{{5, 10}, {20, 30}, {40, 45}}));
  EXPECT_EQ(set.add(0, 50), (Ranges{{0, 5}, {45, 50}}));
}

TEST(PageSet, JoinsRangesThatTouch) {
  PageSet set;
  set.add(10, 20);
  set.add(20, 30);
  EXPECT_EQ(set.add(15, 31), (Ranges{{30, 31}}));
}

TEST(PageSet, AnEmptyRangeAddsNothing) {
  PageSet set;
  EXPECT_EQ(set.add(10, 10), Ranges{});
  EXPECT_EQ(set.add(0, 20), (Ranges{{0, 20}}));
}

TEST(PageSet, KnowsWhatItContains) {
  PageSet set;
  EXPECT_FALSE(set.contains(0, 1));
  set.add(10, 20);
  set.add(30, 50);
  EXPECT_TRUE(set.contains(10, 20));
  EXPECT_TRUE(set.contains(35, 40));
  EXPECT_FALSE(set.contains(9, 12));
  EXPECT_FALSE(set.contains(15, 35));
  EXPECT_FALSE(set.contains(50, 51));
}

TEST(PageSet, KnowsItsLongestRange) {
  PageSet set;
  EXPECT_EQ(set.longest(), (PageSet::Range{0, 0}));
  set.add(30, 50);
  set.add(10, 20);
  EXPECT_EQ(set.longest(), (PageSet::Range{30, 50}));
}

}  // namespace
}  // namespace mecrr
