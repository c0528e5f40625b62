// Copies that a file tells of, and that may be wrong.
#include "trace-format/copies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/trace-format/forged.h"
#include "tests/trace-format/sample.h"
#include "trace-format/limits.h"

namespace mecrr {
namespace {

using testing::HasSubstr;

struct Wrong {
  std::string name;
  std::uint32_t event = 0;
  std::uint32_t write = 0;
  std::uint64_t at = 0;
  std::uint64_t size = 0;
  std::uint64_t frame = 0;
  std::uint64_t offset = 0;
  std::string message;
};

void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.name; }

pb::Copy& add_copy(pb::Trace& trace, std::uint32_t event, std::uint64_t at, std::uint64_t size,
                   std::uint64_t frame, std::uint64_t offset) {
  pb::Copy& copy = *trace.mutable_chunk(0)->add_copy();
  copy.set_event(event);
  copy.set_at(at);
  copy.set_size(size);
  copy.set_frame(frame);
  copy.set_offset(offset);
  return copy;
}

// A file of an image, and then a chunk of two reads, of four and of no bytes.
class CopiesTest : public testing::Test {
 protected:
  CopiesTest() {
    file_.add_chunk(1, 0, {with_order(image_event(), 0)});
    offset_ = file_.bytes().size();
    pb::Event empty = read_event("");
    trace_ = chunk_of(1, 1, {with_order(read_event("1234"), 1), with_order(empty, 2)});
  }

  // The data of the reads; the error that reading them ends with.
  Result<std::vector<std::string>> read(bool with_index) {
    file_.add(trace_).add_ending(3);
    if (with_index) file_.add_index();
    const std::unique_ptr<Reader> reader = TRY(open_bytes(file_.bytes()));
    if (reader->damage()) return std::unexpected(*reader->damage());
    EventCursor cursor = TRY(reader->events(StreamId{1}, EventId{1}));
    std::vector<std::string> reads;
    while (const pb::Event* event = TRY(cursor.next()))
      reads.push_back(event->call().outcome().write(0).data());
    return reads;
  }

  Forged file_;
  static constexpr std::uint64_t kSource = 1;  // the image's frame
  std::uint64_t offset_ = 0;                   // of the one that has copies
  pb::Trace trace_;
};

class GoodCopies : public CopiesTest, public testing::WithParamInterface<bool> {};

TEST_P(GoodCopies, ArePutWhereTheyBelong) {
  const std::string raw = chunk_of(1, 0, {with_order(image_event(), 0)}).SerializeAsString();
  const std::uint64_t offset = raw.find("/bin/sample");
  add_copy(trace_, 0, 0, 4, kSource, offset);
  add_copy(trace_, 0, 4, 2, kSource, offset);
  add_copy(trace_, 0, 8, 3, kSource, offset + 5);
  add_copy(trace_, 1, 0, 11, kSource, offset);
  EXPECT_EQ(read(GetParam()).value(), (std::vector<std::string>{"/bin/b12sam34", "/bin/sample"}));
}

TEST_P(GoodCopies, CanComeFromTheirOwnFrame) {
  add_copy(trace_, 1, 0, 3, 0, trace_.SerializeAsString().find("1234"));
  // The copy's own bytes are in front of nothing that it copies, but the chunk's size grows.
  pb::Copy& copy = *trace_.mutable_chunk(0)->mutable_copy(0);
  copy.set_offset(trace_.SerializeAsString().find("1234"));
  EXPECT_EQ(read(GetParam()).value(), (std::vector<std::string>{"1234", "123"}));
}

INSTANTIATE_TEST_SUITE_P(WithIndex, GoodCopies, testing::Bool());

class WrongCopies : public CopiesTest, public testing::WithParamInterface<Wrong> {};

TEST_P(WrongCopies, AreToldByWhoeverReadsAll) {
  const Wrong& wrong = GetParam();
  add_copy(trace_, wrong.event, wrong.at, wrong.size, wrong.frame, wrong.offset)
      .set_write(wrong.write);
  EXPECT_THAT(read(false).error().message, HasSubstr(wrong.message));
}

TEST_P(WrongCopies, AreToldByWhoeverGetsThere) {
  const Wrong& wrong = GetParam();
  add_copy(trace_, wrong.event, wrong.at, wrong.size, wrong.frame, wrong.offset)
      .set_write(wrong.write);
  const std::uint64_t offset = offset_;
  const std::string message = read(true).error().message;
  EXPECT_THAT(message, HasSubstr(wrong.message));
  EXPECT_THAT(message, HasSubstr(fmt::format("byte {}: ", offset)));
}

INSTANTIATE_TEST_SUITE_P(
    Of, WrongCopies,
    testing::Values(
        Wrong{"Nothing", 0, 0, 0, 0, 1, 0, "copy 0: it is empty"},
        Wrong{"NoFrame", 0, 0, 0, 1, 7, 0, "frame 7 is none of events or contents in front of it"},
        Wrong{"TheFrameItself", 0, 0, 0, 1, 2, 0, "frame 2 is none of events or contents in front"},
        Wrong{"NoEvent", 2, 0, 0, 1, 1, 0, "there is no event 2"},
        Wrong{"NoWrite", 1, 1, 0, 1, 1, 0, "event 1 has no data 1"},
        Wrong{"MoreThanThereIs", 0, 0, 0, 1, 1, 100'000, "a copy of 1 bytes from 100000 of "},
        Wrong{"BeyondTheField", 0, 0, 5, 1, 1, 0, "a copy at byte 5 of 4"},
        Wrong{"TooMuch", 0, 0, 0, kMaxSharedFrameBytes, 1, 0, "there is too much that is copied"},
        Wrong{"Endless", 0, 0, 0, UINT64_MAX, 1, 0, "there is too much that is copied"}),
    [](const auto& info) { return info.param.name; });

TEST_F(CopiesTest, DoNotOverlap) {
  add_copy(trace_, 0, 0, 4, kSource, 0);
  add_copy(trace_, 0, 3, 4, kSource, 0);
  EXPECT_THAT(read(false).error().message, HasSubstr("copy 1 is not behind the one before"));
}

TEST_F(CopiesTest, KeepToTheOrderOfTheEvents) {
  add_copy(trace_, 1, 0, 4, kSource, 0);
  add_copy(trace_, 0, 0, 4, kSource, 0);
  EXPECT_THAT(read(false).error().message, HasSubstr("copy 1 is not behind the one before"));
}

TEST_F(CopiesTest, DoNotComeFromALaterFrame) {
  file_.add_chunk(1, 1, {with_order(small_event(), 1)});
  trace_ = chunk_of(1, 2, {with_order(read_event("1234"), 2)});
  add_copy(trace_, 0, 0, 4, 4, 0);
  file_.add(trace_);
  trace_ = chunk_of(1, 3, {with_order(small_event(), 3)});
  file_.add(trace_).add_ending(4).add_index();
  const std::unique_ptr<Reader> reader = open_bytes(file_.bytes()).value();
  EventCursor cursor = reader->events(StreamId{1}, EventId{2}).value();
  EXPECT_THAT(cursor.peek().error().message,
              HasSubstr("frame 4 is none of events or contents in front of it"));
}

TEST_F(CopiesTest, OfALogMustMakeItWhole) {
  pb::Event log;
  log.set_tid(7);
  log.mutable_log()->set_calls(1);
  trace_ = chunk_of(1, 1, {with_order(log, 1)});
  add_copy(trace_, 0, 0, 40, kSource, 0);
  EXPECT_THAT(read(false).error().message, HasSubstr("record 0 at byte 0"));
}

TEST(Copies, AreBoundedThoughAFrameIsShort) {
  // Each of a hundred copies of a megabyte takes a few bytes.
  Forged file;
  file.add_chunk(1, 0, {with_order(image_event(), 0)});
  constexpr std::uint64_t source = 2;
  file.add_chunk(1, 1, {with_order(read_event(std::string(1 << 20, 'x')), 1)});
  pb::Trace trace = chunk_of(1, 2, {with_order(read_event("x"), 2)});
  for (std::uint64_t i = 0; i < 100; ++i) add_copy(trace, 0, i << 20, 1 << 20, source, 100);
  file.add(trace).add_ending(3).add_index();
  const std::unique_ptr<Reader> reader = open_bytes(file.bytes()).value();
  EventCursor cursor = reader->events(StreamId{1}, EventId{2}).value();
  EXPECT_THAT(cursor.peek().error().message,
              HasSubstr("copy 64: there is too much that is copied"));
}

TEST(Copies, ComeFromAFewFramesOnly) {
  Forged file;
  file.add_chunk(1, 0, {with_order(image_event(), 0)});
  pb::Trace trace = chunk_of(1, 21, {with_order(read_event("x"), 21)});
  for (std::uint64_t i = 0; i < 20; ++i) {
    add_copy(trace, 0, i, 1, 2 + i, 0);
    file.add_chunk(1, 1 + i, {with_order(read_event(std::string(1 << 20, 'x')), 1 + i)});
  }
  file.add(trace).add_ending(22).add_index();
  const std::unique_ptr<Reader> reader = open_bytes(file.bytes()).value();
  EventCursor cursor = reader->events(StreamId{1}, EventId{21}).value();
  EXPECT_THAT(cursor.peek().error().message,
              HasSubstr("the copies come from more than 16777216 bytes"));
}

}  // namespace
}  // namespace mecrr
