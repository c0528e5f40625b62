// What was written is what is read.
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "base/files.h"
#include "tests/trace-format/sample.h"
#include "trace-format/limits.h"

namespace mecrr {
namespace {

TEST(RoundTrip, GivesHeaderEndingStreamsAndCounts) {
  const std::unique_ptr<Reader> reader = open_bytes(sample_trace(1000, Contents::kNone)).value();
  EXPECT_FALSE(reader->damage());
  EXPECT_EQ(reader->header().SerializeAsString(), sample_header().SerializeAsString());
  ASSERT_TRUE(reader->ending());
  EXPECT_EQ(reader->ending()->reason(), pb::Ending::ALL_EXITED);
  EXPECT_EQ(reader->ending()->events(), 2002u);
  EXPECT_EQ(reader->event_count(), 2002u);
  ASSERT_EQ(reader->streams().size(), 2u);
  EXPECT_EQ(reader->streams()[1].id, StreamId{2});
  EXPECT_EQ(reader->streams()[1].events, 1001u);
  EXPECT_EQ(reader->streams()[1].first, Order{1});
  EXPECT_EQ(reader->streams()[1].last, Order{2001});
}

TEST(RoundTrip, GivesEachEventAtItsPlace) {
  const std::unique_ptr<Reader> reader = open_bytes(sample_trace(10'000, Contents::kNone)).value();
  EventCursor cursor = reader->events(StreamId{1}, EventId{5001}).value();
  EXPECT_EQ(cursor.position(), EventId{5001});
  for (int i = 5000; i < 10'000; ++i) {
    const pb::Event* event = cursor.next().value();
    ASSERT_NE(event, nullptr);
    EXPECT_EQ(event->call().outcome().write(0).data(), fmt::format("data {}", i));
    EXPECT_EQ(event->order(), 2u * (static_cast<unsigned>(i) + 1));
  }
  EXPECT_EQ(cursor.next().value(), nullptr);
  EXPECT_EQ(cursor.next().value(), nullptr);
  EXPECT_EQ(cursor.position(), EventId{10'001});
  EXPECT_EQ(read_everything(*reader).value(), 20'002u);
}

TEST(RoundTrip, GivesContentsWithZerosBetweenTheirParts) {
  const std::unique_ptr<Reader> reader = open_bytes(sample_trace(1, Contents::kLarge)).value();
  EXPECT_EQ(reader->contents(), (std::vector{ContentId{1}, ContentId{2}, ContentId{3}}));
  EXPECT_EQ(reader->content_path(ContentId{1}).value(), "/empty");
  EXPECT_EQ(reader->content_path(ContentId{2}).value(), "/holes");

  Bytes bytes(4 * kTracePageBytes, std::byte{'x'});
  ASSERT_TRUE(reader->read_content(ContentId{2}, 0, bytes));
  std::string expected(4 * kTracePageBytes, '\0');
  std::fill_n(expected.begin(), kTracePageBytes, 'a');
  std::fill_n(expected.begin() + 3 * kTracePageBytes, 100, 'b');
  EXPECT_EQ(as_text(bytes), expected);

  ASSERT_TRUE(reader->read_content(ContentId{1}, 12345, bytes));
  EXPECT_TRUE(std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; }));

  Bytes over_the_split(200);
  ASSERT_TRUE(reader->read_content(ContentId{3}, kMaxPartBytes - 100, over_the_split));
  EXPECT_EQ(as_text(over_the_split), std::string(200, 'c'));
  Bytes over_the_end(200);
  ASSERT_TRUE(reader->read_content(ContentId{3}, 6'000'000 - 100, over_the_end));
  EXPECT_EQ(as_text(over_the_end), std::string(100, 'c') + std::string(100, '\0'));
}

TEST(RoundTrip, TheSameWithoutTheIndex) {
  Bytes bytes = sample_trace(10'000, Contents::kSmall);
  const std::uint64_t index_bytes = *load<std::uint64_t>(bytes, bytes.size() - 16);
  bytes.resize(bytes.size() - index_bytes - 32);
  const std::unique_ptr<Reader> reader = open_bytes(bytes).value();
  EXPECT_FALSE(reader->damage()) << *reader->damage();
  EXPECT_TRUE(reader->ending());
  EXPECT_EQ(reader->event_count(), 20'002u);
  EXPECT_EQ(read_everything(*reader).value(), 20'002u);
}

}  // namespace
}  // namespace mecrr
