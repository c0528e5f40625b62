#include "base/error.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>

namespace mecrr {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return fail("{} is odd", n);
  return n / 2;
}

Result<int> quarter(int n) { return TRY(half(TRY(half(n)))); }

Result<void> must_be_even(int n) {
  TRY(half(n));
  return {};
}

Result<std::string> describe(int n) {
  TRY(must_be_even(n));
  return fmt::format("{} is even", n);
}

TEST(Try, GivesTheValue) {
  EXPECT_EQ(quarter(12), 3);
  EXPECT_EQ(describe(4), "4 is even");
}

TEST(Try, LeavesWithTheErrorOfAnotherResultType) {
  EXPECT_EQ(quarter(6).error().message, "3 is odd");
  EXPECT_EQ(describe(5).error().message, "5 is odd");
}

TEST(Try, MovesWhatCannotBeCopied) {
  const auto make = [](int n) -> Result<std::unique_ptr<int>> { return std::make_unique<int>(n); };
  const auto use = [&]() -> Result<int> {
    const std::unique_ptr<int> p = TRY(make(7));
    return *p;
  };
  EXPECT_EQ(use(), 7);
}

TEST(Try, TakesTheValueOutOfAVariable) {
  const auto use = []() -> Result<std::unique_ptr<int>> {
    Result<std::unique_ptr<int>> kept = std::make_unique<int>(8);
    return TRY(kept);
  };
  EXPECT_EQ(*use().value(), 8);
}

TEST(WithContext, PutsTheOutsideFirstAndTheCauseLast) {
  EXPECT_EQ(with_context(half(3), "reading {}", "trace.pb").error().message,
            "reading trace.pb: 3 is odd");
  EXPECT_EQ(with_context(half(3), std::string("a") + "b").error().message, "ab: 3 is odd");
  EXPECT_EQ(with_context(half(4), "reading {}", "trace.pb"), 2);
  EXPECT_TRUE(with_context(must_be_even(4), "asking").has_value());
}

TEST(FailErrno, AppendsTheTextAndKeepsTheCode) {
  errno = ENOENT;
  const Result<int> result = fail_errno("opening {}", "/x");
  EXPECT_EQ(result.error().message, "opening /x: No such file or directory");
  EXPECT_EQ(result.error().code, ENOENT);
  EXPECT_EQ(with_context(result, "context").error().code, ENOENT);
}

TEST(FailWithCode, DoesNotLookAtErrno) {
  errno = ENOENT;
  const Result<int> result = fail_with_code(EACCES, "opening {}", "/x");
  EXPECT_EQ(result.error(), (Error{"opening /x: Permission denied", EACCES}));
}

TEST(Fail, HasNoCode) { EXPECT_EQ(half(1).error().code, 0); }

}  // namespace
}  // namespace mecrr
