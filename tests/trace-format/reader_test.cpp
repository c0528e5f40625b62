// What a reader does with files that are not as they should be.
#include "trace-format/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "tests/trace-format/forged.h"
#include "tests/trace-format/sample.h"
#include "trace-format/frame.h"
#include "trace-format/index.h"
#include "trace-format/limits.h"

namespace mecrr {
namespace {

using testing::HasSubstr;

std::string error_of(const Bytes& bytes) {
  const Result<std::unique_ptr<Reader>> reader = open_bytes(bytes);
  return reader ? "opened" : reader.error().message;
}

// Opens what can be opened in spite of its damage.
struct Damaged {
  std::unique_ptr<Reader> reader;
  std::string what;
};
Damaged open_damaged(const Forged& forged) {
  std::unique_ptr<Reader> reader = open_bytes(forged.bytes()).value();
  std::string what = reader->damage() ? reader->damage()->message : "nothing";
  return {std::move(reader), std::move(what)};
}

Forged with_image() { return std::move(Forged().add_chunk(1, 0, {with_order(image_event(), 0)})); }

template <class T>
void overwrite(Bytes& bytes, std::uint64_t offset, T value) {
  ASSERT_TRUE(store(bytes, offset, value));
}

TEST(Reader, RefusesWhatIsNoTrace) {
  EXPECT_EQ(error_of({}), "trace.pb: is empty: not a trace");
  EXPECT_EQ(error_of(to_bytes("#!/bin/sh\nexit 1\n")),
            "trace.pb: not a trace: byte 0: no LZ4 frame begins here");
  EXPECT_EQ(error_of(Forged(Bytes{}).add_raw("something else").bytes()),
            "trace.pb: byte 0: the first frame does not begin with a header: not a trace");
  EXPECT_THAT(Reader::open("/nowhere").error().message, HasSubstr("No such file"));
  EXPECT_THAT(Reader::open("/dev/zero").error().message, HasSubstr("not a regular file"));
  EXPECT_THAT(Reader::open("/").error().message, HasSubstr("not a regular file"));
}

TEST(Reader, RefusesAnUnknownVersionByItsNumber) {
  pb::Trace trace;
  trace.add_header()->set_version(7);
  std::string raw = trace.SerializeAsString();
  raw += "\xfa\x01\x03new";  // field 31, of the future
  EXPECT_EQ(error_of(Forged(Bytes{}).add_raw(raw).bytes()),
            "trace.pb: is a trace of version 7; this mecrr reads version 4");
}

TEST(Reader, RefusesAFrameLongerThanTheFile) {
  Bytes bytes = Forged().bytes();
  bytes.resize(bytes.size() - 1);
  EXPECT_EQ(error_of(bytes),
            fmt::format("trace.pb: not a trace: byte 0: the frame is cut: the file ends {} bytes "
                        "behind its start",
                        bytes.size()));
}

TEST(Reader, EndsBeforeAFrameLongerThanTheFile) {
  Forged forged = with_image();
  const std::size_t whole = forged.bytes().size();
  forged.add_chunk(1, 1, {with_order(small_event(), 1)});
  Bytes bytes = forged.bytes();
  bytes.resize(bytes.size() - 3);
  const Damaged damaged = open_damaged(Forged(bytes));
  EXPECT_EQ(damaged.what, fmt::format("trace.pb: byte {}: the frame is cut: the file ends {} bytes "
                                      "behind its start; events 0..0 can be replayed",
                                      whole, bytes.size() - whole));
  EXPECT_EQ(damaged.reader->event_count(), 1u);
}

TEST(Reader, RefusesFramesThatATraceDoesNotHave) {
  const Bytes good = Forged().bytes();
  const auto with_flags = [&](unsigned flags) {
    Bytes bytes = good;
    overwrite(bytes, 4, static_cast<std::uint8_t>(flags));
    return error_of(bytes);
  };
  const unsigned flags = static_cast<std::uint8_t>(good[4]);
  EXPECT_THAT(with_flags(flags & ~0x04u), HasSubstr("has no checksum"));
  EXPECT_THAT(with_flags(flags & ~0x08u), HasSubstr("does not tell its size"));
  EXPECT_THAT(with_flags(flags | 0x01u), HasSubstr("needs a dictionary"));
  EXPECT_THAT(with_flags(flags | 0x02u), HasSubstr("header is damaged"));
  EXPECT_THAT(with_flags(flags ^ 0xc0u), HasSubstr("header is damaged"));
  EXPECT_THAT(with_flags(flags ^ 0x20u), HasSubstr("headerChecksum"));
}

TEST(Reader, RefusesAFrameThatClaimsMoreThanItCanHold) {
  Bytes bytes = Forged().bytes();
  overwrite(bytes, 6, std::uint64_t{0x7fff'ffff});
  EXPECT_THAT(error_of(bytes), HasSubstr("claims to hold 2147483647"));
  overwrite(bytes, 6, ~std::uint64_t{0});
  EXPECT_THAT(error_of(bytes), HasSubstr("claims to hold"));
  overwrite(bytes, 6, std::uint64_t{0});
  EXPECT_THAT(error_of(bytes), HasSubstr("the frame is empty"));
}

TEST(Reader, RefusesABlockOfNothing) {
  Bytes bytes = Forged().bytes();
  overwrite(bytes, 15, std::uint32_t{0x8000'0000});
  EXPECT_THAT(error_of(bytes), HasSubstr("has a block of 0 bytes at byte 15"));
}

TEST(Reader, TellsWhereAChecksumDiffersAndWhatCanBeReplayed) {
  Forged forged = with_image();
  const std::size_t damaged_at = forged.bytes().size();
  forged.add_chunk(1, 1, {with_order(small_event(), 1)});
  Bytes bytes = forged.bytes();
  bytes.back() ^= std::byte{1};
  EXPECT_EQ(open_damaged(Forged(bytes)).what,
            fmt::format("trace.pb: byte {}: the frame's checksum differs (file damaged); events "
                        "0..0 can be replayed",
                        damaged_at));
}

TEST(Reader, TellsTheSameOfAFileWithAnIndexWhenItGetsThere) {
  Bytes bytes = with_image().add_chunk(1, 1, {with_order(small_event(), 1)}).bytes();
  const std::size_t damaged_at = bytes.size() - 1;
  Forged forged = with_image();
  const std::size_t frame_at = forged.bytes().size();
  forged.add_chunk(1, 1, {with_order(small_event(), 1)}).add_ending(2).add_index();
  bytes = forged.bytes();
  bytes[damaged_at] ^= std::byte{1};
  const std::unique_ptr<Reader> reader = open_bytes(bytes).value();
  EXPECT_FALSE(reader->damage());
  EventCursor cursor = reader->events(StreamId{1}).value();
  EXPECT_TRUE(cursor.next());
  EXPECT_EQ(cursor.next().error().message,
            fmt::format("trace.pb: byte {}: the frame's checksum differs (file damaged); events "
                        "0..0 can be replayed",
                        frame_at));
}

TEST(Reader, TellsThatTheRecorderWasKilled) {
  EXPECT_EQ(open_damaged(with_image()).what,
            "trace.pb: has no ending: the recorder was killed; events 0..0 can be replayed");
  EXPECT_EQ(open_damaged(Forged()).what,
            "trace.pb: has no ending: the recorder was killed; no events can be replayed");
}

TEST(Reader, EndsAllStreamsBeforeAnOrderThatDidNotReachTheFile) {
  Forged forged = with_image();
  forged.add_chunk(2, 0, {with_order(image_event(1), 1), with_order(small_event(), 2)});
  forged.add_chunk(1, 1, {with_order(small_event(), 3), with_order(small_event(), 5)});
  forged.add_chunk(3, 0, {with_order(image_event(1), 6)});
  const Damaged damaged = open_damaged(forged);
  EXPECT_EQ(damaged.what, "trace.pb: event 4 did not reach the file; events 0..3 can be replayed");
  EXPECT_EQ(damaged.reader->event_count(), 4u);
  ASSERT_EQ(damaged.reader->streams().size(), 2u);
  EXPECT_EQ(damaged.reader->streams()[0].last, Order{3});
  EXPECT_EQ(read_everything(*damaged.reader).value(), 4u);
  EXPECT_FALSE(damaged.reader->place_of(Order{5}));
  EXPECT_FALSE(damaged.reader->events(StreamId{3}));
  EXPECT_FALSE(damaged.reader->events(StreamId{1}, EventId{3}));
  EXPECT_TRUE(damaged.reader->events(StreamId{1}, EventId{2}));
}

struct Wrong {
  const char* name;
  Forged forged;
  const char* what;
};
class ReaderEndsBefore : public testing::TestWithParam<Wrong> {};

TEST_P(ReaderEndsBefore, ThatFrame) {
  const Damaged damaged = open_damaged(GetParam().forged);
  EXPECT_THAT(damaged.what, HasSubstr(GetParam().what));
  EXPECT_THAT(damaged.what, HasSubstr("trace.pb: byte "));
  EXPECT_EQ(damaged.reader->event_count(), 1u);
  EXPECT_EQ(read_everything(*damaged.reader).value(), 1u);
}

pb::Trace two_chunks() {
  pb::Trace trace = chunk_of(1, 1, {with_order(small_event(), 1)});
  trace.MergeFrom(chunk_of(2, 0, {with_order(image_event(1), 2)}));
  return trace;
}

pb::Trace second_header() {
  pb::Trace trace;
  *trace.add_header() = sample_header();
  return trace;
}

pb::Trace chunk_and_ending() {
  pb::Trace trace = chunk_of(1, 1, {with_order(small_event(), 1)});
  *trace.add_ending() = sample_ending();
  return trace;
}

pb::Trace mapping_of_content(std::uint32_t content) {
  pb::Event event = small_event();
  pb::Mapping& mapping = *event.mutable_call()->mutable_outcome()->add_change()->mutable_map();
  mapping.set_start(0x10000);
  mapping.set_size(0x1000);
  mapping.set_flags(2);
  mapping.mutable_content()->set_content(content);
  return chunk_of(1, 1, {with_order(event, 1)});
}

std::string many_messages() {
  pb::Trace trace = chunk_of(1, 1, {with_order(small_event(), 1)});
  pb::Outcome& outcome =
      *trace.mutable_chunk(0)->mutable_event(0)->mutable_call()->mutable_outcome();
  for (std::size_t i = 0; i < kMaxMessages; ++i) outcome.add_write();
  return trace.SerializeAsString();
}

std::vector<pb::Event> events_of_a_megabyte() {
  return {with_order(read_event(std::string(kMaxSharedFrameBytes, 'x')), 1),
          with_order(small_event(), 2)};
}

INSTANTIATE_TEST_SUITE_P(
    Frames, ReaderEndsBefore,
    testing::Values(
        Wrong{"GarbageBehindTheLastFrame",
              with_image().append(as_bytes("garbage, 24 bytes of it!")),
              "no LZ4 frame begins here"},
        Wrong{"ShortGarbage", with_image().append(as_bytes("ab")), "the frame is cut"},
        Wrong{"EventsOfTwoStreams", with_image().add(two_chunks()), "this one holds 2"},
        Wrong{"EventsAndAnEnding", with_image().add(chunk_and_ending()), "this one holds 2"},
        Wrong{"ASecondHeader", with_image().add(second_header()), "holds no ending"},
        Wrong{"NoMessage", with_image().add_raw("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
              "is cut"},
        Wrong{"AnUnknownField", with_image().add_raw("\x2a\x02hi"), "unknown field 5"},
        Wrong{"AFieldOfAnotherType", with_image().add_raw("\x18\x02"), "field 3 of another type"},
        Wrong{"AnEmptyMessageOfAChunk", with_image().add_raw(std::string("\x1a\x00", 2)),
              "belongs to no stream"},
        Wrong{"AMessageThatReachesBeyondItsOwn", with_image().add_raw("\x1a\x02\x1a\x05"),
              "is cut"},
        Wrong{"TooManyMessages", with_image().add_raw(many_messages()),
              "more than 1048576 messages"},
        Wrong{"ALongFrameOfSeveralEvents", with_image().add_chunk(1, 1, events_of_a_megabyte()),
              "2 events or parts"},
        Wrong{"AnEmptyChunk", with_image().add_chunk(1, 1, {}), "is empty"},
        Wrong{"AGapOfPositions", with_image().add_chunk(1, 2, {with_order(small_event(), 1)}),
              "go on at position 2, not 1"},
        Wrong{"ARepeatedPosition", with_image().add_chunk(1, 0, {with_order(image_event(), 1)}),
              "go on at position 0, not 1"},
        Wrong{"AStreamWithoutABeginning",
              with_image().add_chunk(2, 1, {with_order(small_event(), 1)}),
              "go on at position 1, not 0"},
        Wrong{"AnOrderTwiceInAStream", with_image().add_chunk(1, 1, {with_order(small_event(), 0)}),
              "stands behind order 0"},
        Wrong{"AnOrderTwiceInTwoStreams",
              with_image().add_chunk(2, 0, {with_order(image_event(1), 0)}),
              "belongs to another event too"},
        Wrong{"DescendingOrdersInAChunk",
              with_image().add_chunk(1, 1,
                                     {with_order(small_event(), 2), with_order(small_event(), 1)}),
              "order 1 stands behind order 2"},
        Wrong{"TheLastOrderThereIs",
              with_image().add_chunk(1, 1, {with_order(small_event(), UINT64_MAX)}),
              "order 18446744073709551615"},
        Wrong{"AContentThatIsNotItsTurn", with_image().add_part(2, 0, 4096), "before its turn"},
        Wrong{"OverlappingParts", with_image().add_part(1, 0, 8192).add_part(1, 4096, 4096),
              "overlaps another"},
        Wrong{"AnEmptyPart", with_image().add_part(1, 0, 8192).add_part(1, 8192, 0), "is empty"},
        Wrong{"APartInsideAPage", with_image().add_part(1, 100, 4096), "begins inside a page"},
        Wrong{"APartBehindTheLast", with_image().add_part(1, 0, 100).add_part(1, 4096, 1),
              "ends inside a page"},
        Wrong{"ALastPartBeforeOthers", with_image().add_part(1, 8192, 100).add_part(1, 0, 100),
              "ends inside a page"},
        Wrong{"APartAtTheEndOfNumbers", with_image().add_part(1, ~0ull << 12, 4096),
              "behind where a file can end"},
        Wrong{"APartTooLong", with_image().add_part(1, 0, kMaxPartBytes + 1),
              "longer than 4194304"},
        Wrong{"ASecondPath", with_image().add_part(1, 0, 4096, "/a").add_part(1, 4096, 1, "/b"),
              "content 1 is named again"},
        Wrong{"AMappingOfNoContent", with_image().add(mapping_of_content(0)), "content 0"},
        Wrong{"AMappingOfALaterContent",
              with_image().add(mapping_of_content(1)).add_part(1, 0, 4096),
              "content 1 does not stand before it"},
        Wrong{"AFrameBehindTheEnding",
              with_image().add_ending(1).add_chunk(1, 1, {with_order(small_event(), 1)}),
              "stands behind the ending"},
        Wrong{"AnEndingThatCountsWrong", with_image().add_ending(2),
              "tells of 2 events, and 1 are there"},
        Wrong{"AnIndexThatIsCut", with_image().add_ending(1).append(object_bytes(kSkippableMagic)),
              "the index is cut"}),
    [](const auto& info) { return info.param.name; });

// The file as it should be, with this told of the chunk behind the image.
struct Lie {
  const char* name;
  std::uint64_t more_bytes;
  ChunkFacts facts;
  const char* what;
};
ChunkFacts facts_with(std::uint64_t stream, std::uint64_t first, OrderRun run) {
  ChunkFacts facts{StreamId{stream}, EventId{first}, {}, {}, {}};
  EXPECT_TRUE(facts.orders.add(run));
  return facts;
}

class ReaderDistrustsAnIndex : public testing::TestWithParam<Lie> {
 protected:
  static Forged forged() {
    Forged forged = with_image();
    const std::uint64_t offset = forged.bytes().size();
    const std::string raw = chunk_of(1, 1, {with_order(small_event(), 1)}).SerializeAsString();
    forged.add_raw(raw);
    const std::uint64_t bytes = forged.bytes().size() - offset + GetParam().more_bytes;
    forged.tell({offset, bytes, raw.size()}, GetParam().facts);
    forged.add_ending(2).add_index();
    return forged;
  }
};

TEST_P(ReaderDistrustsAnIndex, ThatLies) {
  const Damaged damaged = open_damaged(forged());
  EXPECT_THAT(damaged.what, HasSubstr(GetParam().what));
  EXPECT_EQ(damaged.reader->event_count(), 2u);
  EXPECT_EQ(read_everything(*damaged.reader).value(), 2u);
  EXPECT_TRUE(damaged.reader->ending());
}

INSTANTIATE_TEST_SUITE_P(
    Index, ReaderDistrustsAnIndex,
    testing::Values(Lie{"FrameTooLong", 1, facts_with(1, 1, {Order{1}, 1}), "the index at byte"},
                    Lie{"FrameBeyondTheFile", 1u << 30, facts_with(1, 1, {Order{1}, 1}),
                        "the index at byte"},
                    Lie{"WrongPosition", 0, facts_with(1, 2, {Order{1}, 1}), "position 2, not 1"},
                    Lie{"OrderLeftOut", 0, facts_with(1, 1, {Order{2}, 1}), "leaves out event 1"},
                    Lie{"OrderOfAnother", 0, facts_with(2, 0, {Order{0}, 1}), "another event too"},
                    Lie{"TooManyEvents", 0, facts_with(1, 1, {Order{1}, 1'000'000}),
                        "tells of 2 events, and 1000001 are there"}),
    [](const auto& info) { return info.param.name; });

TEST(Reader, NoticesAnIndexThatTellsOfAnotherStreamWhenItGetsThere) {
  Forged forged = with_image();
  const std::uint64_t offset = forged.bytes().size();
  const std::string raw = chunk_of(1, 1, {with_order(small_event(), 1)}).SerializeAsString();
  forged.add_raw(raw);
  forged.tell({offset, forged.bytes().size() - offset, raw.size()},
              facts_with(2, 0, {Order{1}, 1}));
  forged.add_ending(2).add_index();
  const std::unique_ptr<Reader> reader = open_bytes(forged.bytes()).value();
  EventCursor cursor = reader->events(StreamId{2}).value();
  EXPECT_EQ(cursor.peek().error().message,
            fmt::format("trace.pb: byte {}: the frame does not hold what the index tells (file "
                        "damaged); events 0..0 can be replayed",
                        offset));
}

TEST(Reader, ReadsAllWhenTheIndexIsDamaged) {
  Bytes bytes = with_image().add_ending(1).add_index().bytes();
  for (const std::size_t from_end : {9u, 17u, 25u, 30u}) {
    Bytes damaged = bytes;
    damaged[damaged.size() - from_end] ^= std::byte{0x40};
    const std::unique_ptr<Reader> reader = open_bytes(damaged).value();
    ASSERT_TRUE(reader->damage()) << from_end;
    EXPECT_THAT(reader->damage()->message, HasSubstr("index"));
    EXPECT_EQ(reader->event_count(), 1u);
    EXPECT_TRUE(reader->ending());
  }
}

TEST(Reader, TellsOfBytesBehindTheIndex) {
  const Damaged damaged =
      open_damaged(with_image().add_ending(1).add_index().append(as_bytes("more")));
  EXPECT_THAT(damaged.what, HasSubstr("4 bytes stand behind the index"));
  EXPECT_EQ(damaged.reader->event_count(), 1u);
  EXPECT_TRUE(damaged.reader->ending());
}

TEST(Reader, ReadsTheSeedsOfTheFuzzTargets) {
  for (const char* name : {"whole", "killed"}) {
    const std::unique_ptr<Reader> reader =
        Reader::open(fmt::format("{}/tests/fuzz/corpus/trace_file/{}", MECRR_SOURCE_DIR, name))
            .value();
    EXPECT_EQ(read_everything(*reader).value(), 19u);
    EXPECT_EQ(reader->contents().size(), 2u);
  }
}

TEST(Reader, RefusesContentsThatAreNotThere) {
  const std::unique_ptr<Reader> reader = open_bytes(sample_trace(1, Contents::kSmall)).value();
  Bytes bytes(1);
  EXPECT_EQ(reader->read_content(ContentId{4}, 0, bytes).error().message,
            "trace.pb: has no content 4");
  EXPECT_FALSE(reader->content_path(ContentId{0}));
  EXPECT_FALSE(reader->read_content(ContentId{1}, UINT64_MAX, bytes));
}

}  // namespace
}  // namespace mecrr
