#include "recorder/scheduler/chaos.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace mecrr {
namespace {

using std::chrono::milliseconds;

constexpr Tid kFirst{1}, kSecond{2}, kThird{3};
const std::deque<Tid> kAll = {kFirst, kSecond, kThird};
constexpr int kMany = 10'000;

Policy::Clock::time_point at(milliseconds since_start) {
  return Policy::Clock::time_point(std::chrono::hours(1) + since_start);
}

TEST(Chaos, TheSameSeedGivesTheSameChances) {
  Chaos one(7), same(7), other(8);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const auto now = at(milliseconds(i));
    const auto chosen = one.next(kAll, now);
    EXPECT_EQ(same.next(kAll, now), chosen);
    differs |= other.next(kAll, now) != chosen;
    const Turn turn = one.turn();
    EXPECT_EQ(same.turn().chance, turn.chance);
    (void)other.turn();
  }
  EXPECT_TRUE(differs);
}

TEST(Chaos, TurnsAreShortAndLongAndSomeEndWithCalls) {
  Chaos chaos(1);
  int short_ones = 0, long_ones = 0, at_calls = 0, with_calls = 0;
  for (int i = 0; i < kMany; ++i) {
    const Turn turn = chaos.turn();
    EXPECT_GE(turn.computing, Chaos::kShortestTurn);
    EXPECT_LE(turn.computing, Chaos::kLongestTurn);
    EXPECT_TRUE(turn.chance);
    short_ones += turn.computing < 2 * Chaos::kShortestTurn;
    long_ones += turn.computing > Chaos::kLongestTurn / 2;
    at_calls += turn.until_call.has_value();
    with_calls += turn.calls.has_value();
    EXPECT_NE(turn.calls, 0U);
  }
  EXPECT_GT(short_ones, kMany / 20);
  EXPECT_GT(long_ones, kMany / 20);
  EXPECT_GT(at_calls, kMany / 3);
  EXPECT_LT(at_calls, kMany * 2 / 3);
  EXPECT_GT(with_calls, kMany / 6);
}

TEST(Chaos, NobodyIsReadyForLongerThanTheLongestWait) {
  Chaos chaos(2);
  std::deque<milliseconds> since(4, milliseconds(0));
  for (int i = 0; i < kMany; ++i) {
    const auto chosen = chaos.next(kAll, at(milliseconds(i)));
    if (chosen) since[static_cast<std::size_t>(chosen->value())] = milliseconds(i);
    for (const Tid task : kAll) {
      const milliseconds waited = milliseconds(i) - since[static_cast<std::size_t>(task.value())];
      // Another can have to be first.
      EXPECT_LE(waited, Chaos::kLongestWait + milliseconds(3));
    }
  }
}

TEST(Chaos, AtTimesOneTaskIsHeldBackThoughNobodyElseIsReady) {
  Chaos chaos(3);
  int held_back = 0;
  for (int i = 0; i < kMany; ++i) held_back += !chaos.next({kFirst}, at(milliseconds(i)));
  EXPECT_GT(held_back, kMany / 200);
  EXPECT_LT(held_back, kMany / 5);
}

TEST(Chaos, WhoeverHadTheTurnDoesNotGoOnWhileOthersCan) {
  Chaos chaos(4);
  std::set<Tid> seen;
  int again = 0;
  std::optional<Tid> last;
  for (int i = 0; i < kMany; ++i) {
    const auto chosen = chaos.next(kAll, at(milliseconds(i)));
    ASSERT_TRUE(chosen || last);
    if (!chosen) continue;
    seen.insert(*chosen);
    again += chosen == last;
    last = chosen;
  }
  EXPECT_EQ(seen.size(), kAll.size());
  EXPECT_LT(again, kMany / 4);  // if all others are low
}

}  // namespace
}  // namespace mecrr
