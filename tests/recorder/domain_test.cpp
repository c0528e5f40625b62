#include "recorder/scheduler/domain.h"

#include <gtest/gtest.h>

namespace mecrr {
namespace {

constexpr Tid kFirst{1}, kSecond{2}, kThird{3};
PlainPolicy in_order(std::chrono::milliseconds(50));

TEST(Domain, GivesTurnsInTheOrderOfQueueing) {
  Domain domain;
  domain.queue(kFirst);
  domain.queue(kSecond);
  EXPECT_EQ(domain.give_turn(in_order), kFirst);
  EXPECT_EQ(domain.give_turn(in_order), std::nullopt);
  domain.release(kFirst);
  EXPECT_EQ(domain.give_turn(in_order), kSecond);
}

TEST(Domain, ATaskThatIsGoneGetsNoTurn) {
  Domain domain;
  domain.queue(kFirst);
  domain.queue(kSecond);
  domain.remove(kFirst);
  EXPECT_EQ(domain.give_turn(in_order), kSecond);
  domain.remove(kSecond);
  EXPECT_FALSE(domain.has_turn(kSecond));
  EXPECT_EQ(domain.give_turn(in_order), std::nullopt);
}

TEST(Domain, AMergedDomainHasOneTurnOnceAllOldOnesAreOver) {
  Domain domain, other;
  domain.queue(kFirst);
  (void)domain.give_turn(in_order);
  other.queue(kSecond);
  (void)other.give_turn(in_order);
  other.queue(kThird);
  domain.merge(other);
  EXPECT_EQ(domain.running().size(), 2u);
  domain.release(kFirst);
  EXPECT_EQ(domain.give_turn(in_order), std::nullopt);
  domain.release(kSecond);
  EXPECT_EQ(domain.give_turn(in_order), kThird);
  EXPECT_TRUE(other.running().empty());
  EXPECT_FALSE(other.others_wait());
}

TEST(Domain, NobodyWaitsWhileOneTaskIsAlone) {
  Domain domain;
  domain.queue(kFirst);
  (void)domain.give_turn(in_order);
  EXPECT_FALSE(domain.others_wait());
  EXPECT_FALSE(domain.slice_is_over());
}

TEST(DomainDeathTest, QueueingATaskTwiceIsOurMistake) {
  Domain domain;
  domain.queue(kFirst);
  EXPECT_DEATH(domain.queue(kFirst), "queued twice");
}

}  // namespace
}  // namespace mecrr
