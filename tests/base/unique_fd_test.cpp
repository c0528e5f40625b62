#include "base/unique_fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <type_traits>

namespace mecrr {
namespace {

static_assert(!std::is_copy_constructible_v<UniqueFd>);
static_assert(!std::is_convertible_v<int, UniqueFd>);

bool is_open(int fd) { return fcntl(fd, F_GETFD) >= 0; }

UniqueFd open_null() { return UniqueFd(open("/dev/null", O_WRONLY)); }

TEST(UniqueFd, ClosesAtItsEnd) {
  int number;
  {
    const UniqueFd fd = open_null();
    number = fd.get();
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(UniqueFd, MovedFromHoldsNone) {
  UniqueFd a = open_null();
  const int number = a.get();
  UniqueFd b = std::move(a);
  EXPECT_FALSE(a.is_open());  // NOLINT(bugprone-use-after-move): that it is empty is the point
  EXPECT_EQ(b.get(), number);
  UniqueFd c = open_null();
  const int replaced = c.get();
  c = std::move(b);
  EXPECT_FALSE(is_open(replaced));
  EXPECT_TRUE(is_open(number));
}

TEST(UniqueFd, ReleaseGivesTheDescriptorAway) {
  UniqueFd a = open_null();
  const int number = a.release();
  EXPECT_FALSE(a.is_open());
  EXPECT_TRUE(is_open(number));
  UniqueFd(number).reset();
  EXPECT_FALSE(is_open(number));
}

TEST(UniqueFd, DuplicateIsCloseOnExec) {
  const UniqueFd a = open_null();
  const Result<UniqueFd> b = a.duplicate();
  ASSERT_TRUE(b);
  EXPECT_NE(a.get(), b->get());
  EXPECT_EQ(fcntl(b->get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(UniqueFd().duplicate().error().code, EBADF);
}

TEST(UniqueFd, CloseReportsWhatTheKernelSays) {
  EXPECT_TRUE(open_null().close());
  EXPECT_TRUE(UniqueFd().close());
  EXPECT_EQ(UniqueFd(1'000'000).close().error().code, EBADF);
}

}  // namespace
}  // namespace mecrr
