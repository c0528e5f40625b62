#include "base/hash.h"

#include <gtest/gtest.h>

namespace mecrr {
namespace {

// XXH3's published values: a trace hashed here must be found by the same hash elsewhere.
TEST(Hash, OfNothingIsXxh3sOwn) {
  EXPECT_EQ(hash64({}), 0x2d06800538d394c2u);
  EXPECT_EQ(fmt::format("{}", hash128({})), "99aa06d3014798d86001c324468d497f");
}

TEST(Hash, OneBitMakesAnother) {
  EXPECT_NE(hash64(as_bytes("a")), hash64(as_bytes("b")));
  EXPECT_NE(hash128(as_bytes("a")), hash128(as_bytes("b")));
  EXPECT_EQ(hash128(as_bytes("a")), hash128(as_bytes("a")));
}

}  // namespace
}  // namespace mecrr
