#include "cli/events/ordered_events.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "trace-format/writer.h"

namespace mecrr::cli {
namespace {

pb::Event exit_of(int tid) {
  pb::Event event;
  event.set_tid(tid);
  event.mutable_exited()->set_status(0);
  return event;
}

pb::Event image_of(int tid, unsigned parent_stream) {
  pb::Event event;
  event.set_tid(tid);
  event.mutable_image()->set_path("/bin/true");
  event.mutable_image()->set_pid(tid);
  event.mutable_image()->set_parent_stream(parent_stream);
  event.mutable_image()->mutable_registers();
  return event;
}

/// A trace of two streams: their events alternate, three of the first, then one of the second.
class OrderedEventsTest : public testing::Test {
 protected:
  OrderedEventsTest() {
    std::string folder = testing::TempDir() + "/ordered_events_XXXXXX";
    folder_ = ::mkdtemp(folder.data());
    write();
    auto reader = Reader::open(folder_ + "/trace.pb");
    if (reader) reader_ = *std::move(reader);
  }
  ~OrderedEventsTest() override { std::filesystem::remove_all(folder_); }

  void write() {
    pb::Header header;
    header.set_version(1);
    auto writer = Writer::create(folder_ + "/trace.pb", IfExists::kFail, header);
    ASSERT_TRUE(writer) << writer.error();
    const StreamId first = writer->begin_stream();
    const StreamId second = writer->begin_stream();
    for (int i = 0; i < 12; ++i) {
      const bool is_second = i % 4 == 3;
      pb::Event event = i == 0   ? image_of(1, 0)
                        : i == 3 ? image_of(2, 1)
                                 : exit_of(is_second ? 2 : 1);
      writer->add(is_second ? second : first, std::move(event));
    }
    pb::Ending ending;
    ending.set_reason(pb::Ending::ALL_EXITED);
    const auto finished = std::move(*writer).finish(ending);
    ASSERT_TRUE(finished) << finished.error();
  }

  std::vector<std::uint64_t> orders_from(std::uint64_t from) {
    OrderedEvents events(*reader_, Order{from});
    std::vector<std::uint64_t> orders;
    while (true) {
      const auto placed = events.next();
      EXPECT_TRUE(placed) << placed.error();
      if (!placed || !*placed) return orders;
      orders.push_back((*placed)->event->order());
    }
  }

  std::string folder_;
  std::unique_ptr<Reader> reader_;
};

TEST_F(OrderedEventsTest, GivesAllStreamsInOneOrder) {
  ASSERT_NE(reader_, nullptr);
  EXPECT_EQ(orders_from(0), (std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
}

TEST_F(OrderedEventsTest, BeginsWhereItIsTold) {
  ASSERT_NE(reader_, nullptr);
  EXPECT_EQ(orders_from(6), (std::vector<std::uint64_t>{6, 7, 8, 9, 10, 11}));
  EXPECT_EQ(orders_from(11), (std::vector<std::uint64_t>{11}));
  EXPECT_EQ(orders_from(12), std::vector<std::uint64_t>{});
}

}  // namespace
}  // namespace mecrr::cli
