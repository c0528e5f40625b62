#include "base/check.h"

#include <gtest/gtest.h>

namespace mecrr {
namespace {

TEST(CheckDeathTest, SaysPlaceConditionAndValues) {
  const int have = 3;
  EXPECT_DEATH(MECRR_CHECK(have > 4, "have {}", have),
               "check failed at .*check_test.cpp:[0-9]+: have > 4: have 3");
  EXPECT_DEATH(MECRR_CHECK(have > 4), "have > 4\n");
}

TEST(Check, ThatHoldsDoesNotEvaluateItsValues) {
  int evaluated = 0;
  MECRR_CHECK(true, "{}", ++evaluated);
  EXPECT_EQ(evaluated, 0);
}

}  // namespace
}  // namespace mecrr
