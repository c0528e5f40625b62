#include "recorder/memory/backed_mappings.h"

#include <gtest/gtest.h>

namespace mecrr {
namespace {

constexpr std::uint64_t kPage = 4096;

RemoteRange pages(std::uint64_t first, std::uint64_t count) {
  return {RemoteAddress(first * kPage), count * kPage};
}

BackedMapping shown(RemoteRange range, std::uint64_t offset_pages, std::uint64_t valid_pages) {
  return {.range = range,
          .object = ObjectId{1},
          .content = {},
          .offset = offset_pages * kPage,
          .valid = valid_pages * kPage};
}

TEST(BackedMappings, UnmappingTheMiddleLeavesBothEnds) {
  BackedMappings mappings;
  mappings.map(shown(pages(10, 10), 0, 8));
  mappings.unmap(pages(12, 2));
  const auto left = mappings.all();
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left[0].range, pages(10, 2));
  EXPECT_EQ(left[0].valid, 2 * kPage);
  EXPECT_EQ(left[1].range, pages(14, 6));
  EXPECT_EQ(left[1].offset, 4 * kPage);
  EXPECT_EQ(left[1].valid, 4 * kPage);
}

TEST(BackedMappings, ANewMappingTakesThePlaceOfOldOnes) {
  BackedMappings mappings;
  mappings.map(shown(pages(10, 4), 0, 4));
  mappings.map(shown(pages(12, 4), 100, 4));
  const auto all = mappings.all();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].range, pages(10, 2));
  EXPECT_EQ(all[1].offset, 100 * kPage);
}

TEST(BackedMappings, PiecesAreCutToTheRangeAskedFor) {
  BackedMappings mappings;
  mappings.map(shown(pages(10, 10), 5, 3));
  const auto pieces = mappings.in(pages(12, 2));
  ASSERT_EQ(pieces.size(), 1u);
  EXPECT_EQ(pieces[0].range, pages(12, 2));
  EXPECT_EQ(pieces[0].offset, 7 * kPage);
  EXPECT_EQ(pieces[0].valid, 1 * kPage);
}

TEST(BackedMappings, AMovedMappingThatGrowsShowsMoreOfTheSame) {
  BackedMappings mappings;
  mappings.map(shown(pages(10, 2), 3, 2));
  mappings.move(pages(10, 2), pages(40, 5));
  const auto all = mappings.all();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].range, pages(40, 5));
  EXPECT_EQ(all[0].offset, 3 * kPage);
}

TEST(BackedMappings, AMovedMappingThatShrinksLosesItsEnd) {
  BackedMappings mappings;
  mappings.map(shown(pages(10, 4), 0, 4));
  mappings.move(pages(10, 4), pages(10, 1));
  const auto all = mappings.all();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].range, pages(10, 1));
  EXPECT_EQ(all[0].valid, kPage);
}

}  // namespace
}  // namespace mecrr
