#include "base/ids.h"

#include <gtest/gtest.h>

#include <type_traits>
#include <unordered_map>

namespace mecrr {
namespace {

// No conversion either way, and none between kinds.
static_assert(!std::is_convertible_v<std::uint64_t, EventId>);
static_assert(!std::is_convertible_v<EventId, std::uint64_t>);
static_assert(!std::is_convertible_v<pid_t, Tid>);
static_assert(!std::is_convertible_v<Tid, EventId>);
static_assert(!std::is_constructible_v<EventId, Tid>);
static_assert(!std::is_constructible_v<Pid, Tid>);
static_assert(std::is_trivially_copyable_v<StreamId>);

TEST(Ids, CompareByNumber) {
  EXPECT_LT(EventId{4}, EventId{5});
  EXPECT_EQ(Tid{17}, Tid{17});
  EXPECT_NE(Order{1}, Order{2});
  EXPECT_EQ(ContentId{}, ContentId{0});
}

TEST(Ids, NextIsOneMore) { EXPECT_EQ(EventId{41}.next(), EventId{42}); }

TEST(Ids, FormatAsNumbersDo) {
  EXPECT_EQ(fmt::format("{}", Tid{4711}), "4711");
  EXPECT_EQ(fmt::format("{:>6}|", EventId{12}), "    12|");
}

TEST(Ids, AreKeysOfHashMaps) {
  std::unordered_map<StreamId, int> sizes;
  sizes[StreamId{3}] = 30;
  EXPECT_EQ(sizes.at(StreamId{3}), 30);
  EXPECT_FALSE(sizes.contains(StreamId{4}));
}

}  // namespace
}  // namespace mecrr
