#include "cli/text/quantity.h"

#include <gtest/gtest.h>

namespace mecrr::cli {
namespace {

TEST(CountText, GroupsDigits) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1000), "1,000");
  EXPECT_EQ(count_text(1234567), "1,234,567");
}

TEST(BytesText, TakesTheLargestUnit) {
  EXPECT_EQ(bytes_text(1), "1 byte");
  EXPECT_EQ(bytes_text(1023), "1,023 bytes");
  EXPECT_EQ(bytes_text(1024), "1.0 KiB");
  EXPECT_EQ(bytes_text(5 << 20), "5.0 MiB");
  EXPECT_EQ(bytes_text(UINT64_MAX), "16777216.0 TiB");
}

TEST(DurationText, GetsCoarserAsItGetsLonger) {
  using namespace std::chrono_literals;
  EXPECT_EQ(duration_text(999us), "0 ms");
  EXPECT_EQ(duration_text(38ms), "38 ms");
  EXPECT_EQ(duration_text(3400ms), "3.4 s");
  EXPECT_EQ(duration_text(125s), "2 min 05 s");
  EXPECT_EQ(duration_text(2h + 7min), "2 h 07 min");
}

TEST(Counted, HasASingular) {
  EXPECT_EQ(counted(1, "process", "processes"), "1 process");
  EXPECT_EQ(counted(0, "process", "processes"), "0 processes");
}

}  // namespace
}  // namespace mecrr::cli
