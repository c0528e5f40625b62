// Output of units that are replayed at the same time.
#include "replayer/parallel/ordered_output.h"

#include <gtest/gtest.h>

#include <latch>
#include <string>
#include <thread>

#include "base/bytes.h"

namespace mecrr {
namespace {

class Ordered : public testing::Test {
 protected:
  explicit Ordered(std::uint64_t limit = OrderedOutput::kMaxWaitingBytes)
      : output_({Order(0), Order(10), Order(20)},
                {.take = [this](pb::Output, ByteView bytes) { out_ += as_text(bytes); },
                 .waiting = [this] { waiting_.count_down(); },
                 .goes_on = {}},
                limit) {}
  void write(std::size_t unit, std::uint64_t order, std::string_view text) {
    output_.at(unit, Order(order));
    output_.write(unit, Order(order), pb::OUTPUT_STDOUT, as_bytes(text));
  }

  std::string out_;
  std::latch waiting_{1};
  OrderedOutput output_;
};

TEST_F(Ordered, TheUnitAtTheFrontWritesAtOnce) {
  output_.begin(0);
  write(0, 3, "a");
  EXPECT_EQ(out_, "a");
  output_.begin(1);
  write(0, 9, "b");
  EXPECT_EQ(out_, "ab");
}

TEST_F(Ordered, WhatIsBehindTheFrontWaitsForIt) {
  output_.begin(0);
  output_.begin(1);
  write(1, 12, "c");
  write(0, 9, "a");
  EXPECT_EQ(out_, "a");
  output_.at(0, Order(11));
  EXPECT_EQ(out_, "a");
  output_.at(0, Order(15));
  EXPECT_EQ(out_, "ac");
}

TEST_F(Ordered, AUnitThatHasNotBegunMayStillWrite) {
  output_.begin(0);
  write(0, 12, "c");
  write(0, 21, "e");
  output_.end(0);
  EXPECT_EQ(out_, "");
  output_.begin(1);
  write(1, 11, "b");
  EXPECT_EQ(out_, "b");
  output_.end(1);
  EXPECT_EQ(out_, "bc");
  output_.begin(2);
  write(2, 22, "f");
  EXPECT_EQ(out_, "bcef");
  EXPECT_EQ(output_.front(), Order(22));
  output_.end(2);
  EXPECT_EQ(output_.front(), std::nullopt);
}

TEST_F(Ordered, PiecesOfOneEventStayInTheirOrder) {
  output_.begin(0);
  output_.begin(1);
  for (const char* piece : {"x", "y", "z"})
    output_.write(1, Order(10), pb::OUTPUT_STDOUT, as_bytes(std::string_view(piece)));
  output_.end(0);
  EXPECT_EQ(out_, "xyz");
}

TEST_F(Ordered, NothingComesBehindTheLast) {
  output_.begin(0);
  output_.begin(1);
  write(1, 12, "b");
  write(1, 14, "c");
  output_.end_behind(Order(13));
  write(0, 9, "a");
  output_.end(0);
  output_.end(1);
  EXPECT_EQ(out_, "ab");
}

class OrderedInLittleMemory : public Ordered {
 protected:
  OrderedInLittleMemory() : Ordered(4) {}
};

TEST_F(OrderedInLittleMemory, AUnitWaitsUntilThereIsRoom) {
  output_.begin(0);
  output_.begin(1);
  write(1, 12, "123");
  std::thread other([this] { write(1, 13, "456"); });
  waiting_.wait();
  EXPECT_EQ(out_, "");
  write(0, 5, "a much longer piece");  // at the front: it never waits
  output_.end(0);
  other.join();
  EXPECT_EQ(out_, "a much longer piece123456");
}

TEST_F(OrderedInLittleMemory, AUnitDoesNotWaitWithWhatNeverComesOut) {
  output_.begin(0);
  output_.begin(1);
  write(1, 12, "123");
  std::thread other([this] { write(1, 13, "456"); });
  waiting_.wait();
  output_.end_behind(Order(12));
  other.join();
  output_.end(0);
  output_.end(1);
  EXPECT_EQ(out_, "123");
}

}  // namespace
}  // namespace mecrr
