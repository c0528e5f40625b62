#include "base/remote_address.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace mecrr {
namespace {

static_assert(!std::is_convertible_v<std::uint64_t, RemoteAddress>);
static_assert(!std::is_convertible_v<RemoteAddress, std::uint64_t>);
static_assert(!std::is_convertible_v<RemoteAddress, void*>);

constexpr RemoteRange range(std::uint64_t start, std::uint64_t size) {
  return {RemoteAddress(start), size};
}

TEST(RemoteAddress, CountsInBytes) {
  constexpr RemoteAddress a{0x1000};
  EXPECT_EQ(a + 16, RemoteAddress(0x1010));
  EXPECT_EQ(a - 16, RemoteAddress(0xff0));
  EXPECT_EQ(RemoteAddress(0x3000) - a, 0x2000u);
}

TEST(RemoteAddress, RoundsToPages) {
  EXPECT_EQ(RemoteAddress(0x1fff).rounded_down(0x1000), RemoteAddress(0x1000));
  EXPECT_EQ(RemoteAddress(0x1001).rounded_up(0x1000), RemoteAddress(0x2000));
  EXPECT_EQ(RemoteAddress(0x2000).rounded_up(0x1000), RemoteAddress(0x2000));
}

TEST(RemoteAddress, IsPrintedInHex) {
  EXPECT_EQ(fmt::format("{}", RemoteAddress(0x7f0012345000)), "0x7f0012345000");
  EXPECT_EQ(fmt::format("{}", range(0x1000, 0x2000)), "0x1000-0x3000");
}

TEST(RemoteAddress, OfAPointerIsThatPointer) {
  int here = 0;
  EXPECT_EQ(RemoteAddress::of(&here).as_pointer(), &here);
}

TEST(RemoteRange, ContainsItsFirstByteAndNotItsEnd) {
  EXPECT_TRUE(range(0x1000, 0x10).contains(RemoteAddress(0x1000)));
  EXPECT_TRUE(range(0x1000, 0x10).contains(RemoteAddress(0x100f)));
  EXPECT_FALSE(range(0x1000, 0x10).contains(RemoteAddress(0x1010)));
  EXPECT_FALSE(range(0x1000, 0x10).contains(RemoteAddress(0xfff)));
  EXPECT_FALSE(range(0x1000, 0).contains(RemoteAddress(0x1000)));
}

TEST(RemoteRange, AtTheTopOfMemoryDoesNotWrap) {
  constexpr RemoteRange top = range(~std::uint64_t{0} - 0xfff, 0x1000);
  EXPECT_FALSE(top.is_valid());  // its end is 2^64, which is no address
  EXPECT_TRUE(top.contains(RemoteAddress(~std::uint64_t{0})));
  EXPECT_FALSE(top.contains(RemoteAddress(0)));
  EXPECT_FALSE(range(0x1000, 0x1000).contains(range(0x1800, ~std::uint64_t{0})));
  EXPECT_FALSE(range(0, 0x1000).overlaps(top));
}

TEST(RemoteRange, OverlapsWhenOneByteIsShared) {
  EXPECT_TRUE(range(0x1000, 0x1000).overlaps(range(0x1fff, 1)));
  EXPECT_FALSE(range(0x1000, 0x1000).overlaps(range(0x2000, 1)));
  EXPECT_FALSE(range(0x1000, 0x1000).overlaps(range(0x1800, 0)));
  EXPECT_EQ(range(0x1000, 0x1000).intersection(range(0x1800, 0x1000)), range(0x1800, 0x800));
  EXPECT_EQ(range(0x1000, 0x1000).intersection(range(0x800, 0x4000)), range(0x1000, 0x1000));
  EXPECT_EQ(range(0x1000, 0x1000).intersection(range(0x4000, 1)).size, 0u);
}

}  // namespace
}  // namespace mecrr
