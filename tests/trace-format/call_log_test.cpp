// Logs of calls: what is taken, what each damage is called, and that readers see ordinary calls.
#include "trace-format/call_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "base/files.h"
#include "base/hash.h"
#include "tests/support/call_log_maker.h"
#include "tests/trace-format/forged.h"
#include "tests/trace-format/sample.h"
#include "trace-format/limits.h"

namespace mecrr {
namespace {

using testing::HasSubstr;

constexpr std::int32_t kTid = 4711;

const std::string kLong = std::string(100, 'l') + "!";

/// Each kind of part: an openat, a write of much to a file, a write to stdout, a read.
CallLogMaker sample_log() {
  CallLogMaker log;
  log.call({.number = 257, .arguments = {~0ull - 99, 0x1000, 0, 0}, .result = 3});
  log.text(0x1000, "/etc/hosts");
  log.call({.number = 1, .arguments = {4, 0x2000, kLong.size()}, .result = 101});
  log.read(0x2000, kLong);
  log.call({.number = 1,
            .arguments = {1, 0x3000, kLong.size()},
            .result = 101,
            .output = pb::OUTPUT_STDOUT});
  log.shown(0x3000, kLong);
  log.call({.number = 0, .arguments = {3, 0x4000, 5}, .result = 5, .rip = 0x500, .rsp = 0x600});
  log.written(0x4000, "hello");
  log.call({.number = 39, .result = kTid});
  return log;
}

std::vector<pb::Event> expanded(const pb::Event& log) {
  std::vector<pb::Event> events;
  CallRecords records(as_bytes(log.log().records()));
  for (std::uint64_t i = 0; !records.empty(); records.pop(), ++i) {
    expand_call(log, i, records, events.emplace_back());
  }
  return events;
}

TEST(CallLog, ThatAnAgentMakesIsTaken) {
  const Result<void> good = check_call_log(sample_log().log());
  EXPECT_TRUE(good) << good.error();
}

TEST(CallLog, IsWalkedRecordByRecord) {
  const CallLogMaker log = sample_log();
  CallRecords records(log.records());
  EXPECT_EQ(records.head().number, 257);
  EXPECT_EQ(records.argument(1), 0x1000u);
  records.pop();
  const std::vector<LoggedPart> parts = records.parts();
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].address, 0x2000u);
  EXPECT_EQ(parts[0].size, kLong.size());
  EXPECT_EQ(as_text(parts[0].stored), kLong.substr(0, CallPart::kReadStored));
  EXPECT_EQ(parts[0].hash, hash64(as_bytes(kLong)));
  for (int i = 0; i < 4; ++i) records.pop();
  EXPECT_TRUE(records.empty());
}

TEST(CallLog, GivesItsFirstCalls) {
  const CallLogMaker log = sample_log();
  EXPECT_EQ(first_calls(log.records(), 0).size(), 0u);
  EXPECT_EQ(first_calls(log.records(), 1).size(), CallRecords(log.records()).head().bytes);
  EXPECT_EQ(first_calls(log.records(), 5).size(), log.records().size());
}

TEST(CallLog, BecomesOrdinaryCalls) {
  pb::Event log = sample_log().event(kTid);
  log.set_order(70);
  log.set_elapsed_us(9);
  const std::vector<pb::Event> events = expanded(log);
  ASSERT_EQ(events.size(), 5u);
  const pb::Event& read = events[3];
  EXPECT_EQ(read.order(), 73u);
  EXPECT_EQ(read.tid(), kTid);
  EXPECT_EQ(read.elapsed_us(), 9u);
  EXPECT_EQ(read.state().rip(), 0x500u);
  EXPECT_EQ(read.state().rsp(), 0x600u);
  EXPECT_EQ(read.state().registers_hash(), 0u);
  EXPECT_EQ(read.call().number(), 0u);
  EXPECT_THAT(read.call().argument(), testing::ElementsAre(3, 0x4000, 5));
  EXPECT_EQ(read.call().outcome().result(), 5);
  ASSERT_EQ(read.call().outcome().write_size(), 1);
  EXPECT_EQ(read.call().outcome().write(0).address(), 0x4000u);
  EXPECT_EQ(read.call().outcome().write(0).data(), "hello");
  EXPECT_EQ(read.call().input_size(), 0);
  EXPECT_EQ(read.call().output(), pb::OUTPUT_NONE);
}

TEST(CallLog, ShowsInputsAsACallThatWasAStopDoes) {
  const std::vector<pb::Event> events = expanded(sample_log().event(kTid));
  const pb::Input& path = events[0].call().input(0);
  EXPECT_EQ(path.address(), 0x1000u);
  EXPECT_EQ(path.size(), 10u);
  EXPECT_EQ(path.start(), "/etc/hosts");
  EXPECT_EQ(path.hash(), 0u);
  for (const int written : {1, 2}) {  // whole or not, the input is the same
    const pb::Call& call = events[static_cast<std::size_t>(written)].call();
    ASSERT_EQ(call.input_size(), 1);
    EXPECT_EQ(call.input(0).size(), kLong.size());
    EXPECT_EQ(call.input(0).start(), kLong.substr(0, 64));
    EXPECT_EQ(call.input(0).hash(), hash64(as_bytes(kLong)));
    EXPECT_EQ(call.output(), written == 1 ? pb::OUTPUT_NONE : pb::OUTPUT_STDOUT);
  }
}

TEST(CallLog, KeepsLongTextsWholeAndEmptyOnes) {
  CallLogMaker log;
  log.call({.number = 262, .arguments = {3, 0x1000, 0x2000, 0x1000}});
  log.text(0x1000, "").text(0x5000, kLong).read(0x6000, kLong.substr(0, 64));
  log.written(0x2000, "stat");
  ASSERT_TRUE(check_call_log(log.log()));
  const pb::Call call = expanded(log.event(kTid))[0].call();
  ASSERT_EQ(call.input_size(), 3);
  EXPECT_EQ(call.input(0).address(), 0x1000u);
  EXPECT_EQ(call.input(0).size(), 0u);
  EXPECT_EQ(call.input(1).start(), kLong);
  EXPECT_EQ(call.input(1).hash(), 0u);
  EXPECT_EQ(call.input(2).start().size(), 64u);
  EXPECT_EQ(call.input(2).hash(), 0u);
}

TEST(CallLog, LeavesNothingOfTheCallThatWasExpandedBefore) {
  const pb::Event log = sample_log().event(kTid);
  pb::Event used;
  CallRecords records(as_bytes(log.log().records()));
  const std::vector<pb::Event> fresh = expanded(log);
  for (std::uint64_t i = 0; !records.empty(); records.pop(), ++i) {
    expand_call(log, i, records, used);
    EXPECT_EQ(used.SerializeAsString(), fresh[i].SerializeAsString()) << i;
  }
}

// ---- damage

/// A write of much to stdout, and getpid: 40 + 8 × 3 bytes, a part of 16 + 104, one of 16 + 8, then
/// 40.
CallLogMaker two_calls() {
  CallLogMaker log;
  log.call({.number = 1,
            .arguments = {1, 0x3000, kLong.size()},
            .result = 101,
            .output = pb::OUTPUT_STDOUT});
  log.shown(0x3000, kLong).written(0x5000, "seven..");
  log.call({.number = 39, .result = kTid});
  return log;
}
constexpr std::size_t kShownAt = 40 + 24;
constexpr std::size_t kWrittenAt = kShownAt + 16 + 104;
constexpr std::size_t kSecondAt = kWrittenAt + 16 + 8;

struct Damage {
  const char* name;
  std::size_t at;
  std::uint64_t value;
  std::size_t bytes;
  const char* what;
};

class CallLogDamage : public testing::TestWithParam<Damage> {};

TEST_P(CallLogDamage, IsToldAndWhere) {
  const CallLogMaker made = two_calls();
  ASSERT_EQ(made.records().size(), kSecondAt + 40);
  ASSERT_TRUE(check_call_log(made.log()));
  Bytes records = made.records();
  for (std::size_t i = 0; i < GetParam().bytes; ++i) {
    records[GetParam().at + i] = static_cast<std::byte>(GetParam().value >> (8 * i));
  }
  pb::CallLog log;
  log.set_calls(2);
  log.set_records(as_chars(ByteView(records)), records.size());
  const Result<void> broken = check_call_log(log);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().message, GetParam().what);
}

constexpr auto kKindAt = offsetof(CallPart, kind);
constexpr auto kSizeAt = offsetof(CallPart, size);
INSTANTIATE_TEST_SUITE_P(
    Of, CallLogDamage,
    testing::Values(
        Damage{"NoBytes", 0, 0, 4, "record 0 at byte 0: it has 0 bytes"},
        Damage{"FewerBytesThanARecord", 0, 32, 4, "record 0 at byte 0: it has 32 bytes"},
        Damage{"BytesThatAreNoMultipleOf8", 0, kSecondAt + 1, 4,
               "record 0 at byte 0: it has 209 bytes"},
        Damage{"MoreBytesThanTheLog", kSecondAt, 48, 4,
               "record 1 at byte 208: it is cut: it has 48 bytes, the log 248"},
        Damage{"AllBytes", 0, ~0u & ~7u, 4,
               "record 0 at byte 0: it is cut: it has 4294967288 bytes, the log 248"},
        Damage{"BytesOfTwoRecords", 0, kSecondAt + 40, 4,
               "record 0 at byte 0: it has 248 bytes, what it holds 208"},
        Damage{"BytesTooFew", 0, kSecondAt - 8, 4,
               "record 0 at byte 0: part 1: it is cut: it has 24 bytes"},
        Damage{"BytesThatEndInAPart", 0, kWrittenAt + 8, 4,
               "record 0 at byte 0: part 1: it is cut"},
        Damage{"BytesThatEndInTheArguments", 0, 48, 4,
               "record 0 at byte 0: it has 48 bytes, what it holds 64"},
        Damage{"SevenArguments", offsetof(CallRecord, arguments), 7, 1,
               "record 0 at byte 0: it has 7 arguments"},
        Damage{"FewerArguments", kSecondAt + offsetof(CallRecord, arguments), 1, 1,
               "record 1 at byte 208: it has 40 bytes, what it holds 48"},
        Damage{"MoreParts", kSecondAt + offsetof(CallRecord, parts), 1, 1,
               "record 1 at byte 208: part 0: it is cut"},
        Damage{"FewerParts", offsetof(CallRecord, parts), 1, 1,
               "record 0 at byte 0: it has 208 bytes, what it holds 184"},
        Damage{"AnOutputThatIsNone", offsetof(CallRecord, output), 3, 4,
               "record 0 at byte 0: output 3 is not known"},
        Damage{"ALargeOutput", offsetof(CallRecord, output), 0x8000'0001, 4,
               "record 0 at byte 0: output 2147483649 is not known"},
        Damage{"AReservedField", kSecondAt + offsetof(CallRecord, reserved), 0x100, 4,
               "record 1 at byte 208: what is reserved is 0x100"},
        Damage{"AnUnknownKind", kShownAt + kKindAt, 4, 4,
               "record 0 at byte 0: part 0: kind 4 is not known"},
        Damage{"ShownDataWithoutAnOutput", offsetof(CallRecord, output), 0, 4,
               "record 0 at byte 0: part 0: it is shown, and the call has no output"},

        Damage{"AnEmptyPart", kWrittenAt + kSizeAt, 0, 4,
               "record 0 at byte 0: part 1: it is empty"},
        Damage{"AShorterPart", kWrittenAt + kSizeAt, 5, 4,
               "record 0 at byte 0: part 1: it is not filled with zeros"},
        Damage{"ALongerPart", kWrittenAt + kSizeAt, 9, 4,
               "record 0 at byte 0: part 1: it is cut: it has 32 bytes"},
        Damage{"AHugePart", kWrittenAt + kSizeAt, ~0u, 4,
               "record 0 at byte 0: part 1: it is cut: it has 4294967312 bytes"},
        Damage{"AnAddressThatWraps", kWrittenAt, ~0ull - 6, 8,
               "record 0 at byte 0: part 1: 0x7 bytes from 0xfffffffffffffff9 wrap around"},
        Damage{"FillingThatIsNotZero", kWrittenAt + 16 + 7, 1, 1,
               "record 0 at byte 0: part 1: it is not filled with zeros"}),
    [](const auto& info) { return info.param.name; });

TEST(CallLog, HasWhatWasReadBeforeWhatWasWritten) {
  CallLogMaker log;
  log.call({.number = 1}).written(0x1000, "x").read(0x2000, "y");
  EXPECT_EQ(check_call_log(log.log()).error().message,
            "record 0 at byte 0: part 1: it was read, and stands behind what was written");
}

TEST(CallLog, HasAsManyRecordsAsItSays) {
  pb::CallLog log = two_calls().log();
  log.set_calls(3);
  EXPECT_EQ(check_call_log(log).error().message, "it tells of 3 calls, and holds 2");
  log.set_calls(1);
  EXPECT_EQ(check_call_log(log).error().message, "it tells of 1 calls, and holds 2");
  log.set_calls(0);
  EXPECT_EQ(check_call_log(log).error().message, "it has no calls");
  log.clear_records();
  log.set_calls(1);
  EXPECT_EQ(check_call_log(log).error().message, "it tells of 1 calls, and holds 0");
}

TEST(CallLog, IsNotCutAnywhere) {
  const pb::CallLog whole = two_calls().log();
  for (std::size_t bytes = 0; bytes < whole.records().size(); ++bytes) {
    pb::CallLog cut = whole;
    cut.mutable_records()->resize(bytes);
    EXPECT_FALSE(check_call_log(cut)) << bytes;
  }
}

TEST(CallLog, IsNoLongerThanAnAgentsLog) {
  CallLogMaker log;
  log.call({.number = 0}).written(0x1000, std::string(kMaxLogBytes, 'x'));
  EXPECT_EQ(check_call_log(log.log()).error().message, "it has 1048632 bytes");
}

// ---- in a trace

/// An image, a getpid, the sample's five calls, a getpid; and the same in one trace with two such
/// logs, one behind the other.
Bytes trace_with_logs(int logs) {
  const TemporaryPath path;
  Writer writer = Writer::create(path.name(), IfExists::kFail, sample_header()).value();
  const StreamId stream = writer.begin_stream();
  writer.add(stream, image_event());
  writer.add(stream, small_event());
  for (int i = 0; i < logs; ++i) {
    EXPECT_EQ(writer.add(stream, sample_log().event(kTid)), Order(2 + 5 * std::uint64_t(i)));
  }
  EXPECT_EQ(writer.add(stream, small_event()), Order(2 + 5 * std::uint64_t(logs)));
  const WrittenTrace written = std::move(writer).finish(sample_ending()).value();
  EXPECT_EQ(written.events, 3 + 5 * std::uint64_t(logs));
  return read_file(path.name()).value();
}

TEST(LogInATrace, CountsAsItsCalls) {
  const std::unique_ptr<Reader> reader = open_bytes(trace_with_logs(2)).value();
  EXPECT_FALSE(reader->damage()) << *reader->damage();
  EXPECT_EQ(reader->event_count(), 13u);
  EXPECT_EQ(reader->ending()->events(), 13u);
  EXPECT_EQ(reader->streams()[0].events, 13u);
  EXPECT_EQ(reader->streams()[0].last, Order(12));
  EXPECT_EQ(reader->place_of(Order(4)).value().event, EventId(4));
  EXPECT_EQ(read_everything(*reader).value(), 13u);
}

TEST(LogInATrace, CountsTheSameWithoutTheIndex) {
  Bytes bytes = trace_with_logs(2);
  bytes.pop_back();
  const std::unique_ptr<Reader> reader = open_bytes(std::move(bytes)).value();
  EXPECT_TRUE(reader->damage());
  EXPECT_EQ(reader->event_count(), 13u);
  EXPECT_EQ(read_everything(*reader).value(), 13u);
}

TEST(LogInATrace, IsWalkedCallByCall) {
  const std::unique_ptr<Reader> reader = open_bytes(trace_with_logs(2)).value();
  EventCursor cursor = reader->events(StreamId{1}).value();
  std::vector<std::uint32_t> numbers;
  for (std::uint64_t i = 0; i < 13; ++i) {
    EXPECT_EQ(cursor.position(), EventId(i));
    const pb::Event* event = cursor.peek().value();
    EXPECT_EQ(event->order(), i);
    EXPECT_EQ(cursor.next().value(), event);
    if (event->has_call()) numbers.push_back(event->call().number());
  }
  EXPECT_EQ(cursor.next().value(), nullptr);
  EXPECT_THAT(numbers, testing::ElementsAre(39, 257, 1, 1, 0, 39, 257, 1, 1, 0, 39, 39));
}

TEST(LogInATrace, CanBeEnteredAnywhere) {
  const std::unique_ptr<Reader> reader = open_bytes(trace_with_logs(2)).value();
  std::vector<std::string> events;
  EventCursor all = reader->events(StreamId{1}).value();
  while (const pb::Event* event = all.next().value()) events.push_back(event->SerializeAsString());
  for (std::uint64_t i = 0; i < events.size(); ++i) {
    EventCursor cursor = reader->events(StreamId{1}, EventId{i}).value();
    EXPECT_EQ(cursor.peek().value()->SerializeAsString(), events[i]) << i;
  }
}

TEST(LogInATrace, IsGivenWholeToWhoeverAsks) {
  const std::unique_ptr<Reader> reader = open_bytes(trace_with_logs(1)).value();
  EventCursor cursor = reader->events(StreamId{1}, EventId{1}).value();
  EXPECT_FALSE(cursor.logged().value());
  (void)cursor.next().value();
  std::optional<LoggedCalls> logged = cursor.logged().value();
  ASSERT_TRUE(logged);
  EXPECT_EQ(logged->log->tid(), kTid);
  EXPECT_EQ(logged->first, Order(2));
  EXPECT_EQ(logged->before, 0u);
  EXPECT_EQ(logged->calls, 5u);
  EXPECT_TRUE(equal(logged->records, sample_log().records()));

  cursor.skip(3);
  EXPECT_EQ(cursor.position(), EventId(5));
  logged = cursor.logged().value();
  ASSERT_TRUE(logged);
  EXPECT_EQ(logged->first, Order(5));
  EXPECT_EQ(logged->before, 3u);
  EXPECT_EQ(logged->calls, 2u);
  EXPECT_EQ(CallRecords(logged->records).head().number, 0);
  EXPECT_EQ(cursor.peek().value()->call().number(), 0u);

  cursor.skip(2);
  EXPECT_EQ(cursor.position(), EventId(7));
  EXPECT_FALSE(cursor.logged().value());
  EXPECT_EQ(cursor.next().value()->order(), 7u);
  EXPECT_EQ(cursor.next().value(), nullptr);
  EXPECT_FALSE(cursor.logged().value());
}

TEST(LogInATrace, GoesFromOneToTheNext) {
  const std::unique_ptr<Reader> reader = open_bytes(trace_with_logs(2)).value();
  EventCursor cursor = reader->events(StreamId{1}, EventId{4}).value();
  ASSERT_EQ(cursor.logged().value()->calls, 3u);
  cursor.skip(3);
  ASSERT_EQ(cursor.logged().value()->calls, 5u);
  EXPECT_EQ(cursor.logged().value()->first, Order(7));
}

TEST(LogInATrace, ThatIsLargeIsOneFrame) {
  CallLogMaker log;
  for (int i = 0; i < 7; ++i) {
    log.call({.number = 0, .result = 131072}).written(0x1000, std::string(131072, 'x'));
  }
  const TemporaryPath path;
  Writer writer = Writer::create(path.name(), IfExists::kFail, sample_header()).value();
  const StreamId stream = writer.begin_stream();
  writer.add(stream, image_event());
  for (int i = 0; i < 3; ++i) writer.add(stream, log.event(kTid));
  ASSERT_TRUE(std::move(writer).finish(sample_ending()));
  const std::unique_ptr<Reader> reader = Reader::open(path.name()).value();
  EXPECT_FALSE(reader->damage());
  EXPECT_EQ(read_everything(*reader).value(), 22u);
}

TEST(LogInATrace, ThatIsDamagedEndsTheFileBeforeIt) {
  pb::Event log = two_calls().event(kTid);
  log.set_order(2);
  (*log.mutable_log()->mutable_records())[kShownAt + kKindAt] = 9;
  const Forged forged = std::move(Forged()
                                      .add_chunk(1, 0, {with_order(image_event(), 0)})
                                      .add_chunk(1, 1, {with_order(small_event(), 1), log}));
  const std::unique_ptr<Reader> reader = open_bytes(forged.bytes()).value();
  ASSERT_TRUE(reader->damage());
  EXPECT_THAT(reader->damage()->message,
              HasSubstr("event 2 of stream 1: log: record 0 at byte 0: part 0: kind 9 is not "
                        "known; events 0..0 can be replayed"));
}

TEST(LogInATrace, CannotClaimOrdersOfOthers) {
  pb::Event log = two_calls().event(kTid);
  const Forged forged =
      std::move(Forged()
                    .add_chunk(1, 0, {with_order(image_event(), 0), with_order(log, 1)})
                    .add_chunk(2, 0, {with_order(image_event(1), 2)}));
  const std::unique_ptr<Reader> reader = open_bytes(forged.bytes()).value();
  EXPECT_THAT(reader->damage()->message, HasSubstr("belongs to another event too"));
  EXPECT_EQ(reader->event_count(), 3u);
}

TEST(LogInATrace, HasOrdersThatFollowOneAnother) {
  pb::Event log = two_calls().event(kTid);
  const Forged overlap = std::move(Forged().add_chunk(
      1, 0, {with_order(image_event(), 0), with_order(log, 1), with_order(small_event(), 2)}));
  EXPECT_THAT(open_bytes(overlap.bytes()).value()->damage()->message,
              HasSubstr("order 2 stands behind order 2"));
  const Forged beyond = std::move(
      Forged().add_chunk(1, 0, {with_order(image_event(), 0), with_order(log, UINT64_MAX - 1)}));
  EXPECT_THAT(open_bytes(beyond.bytes()).value()->damage()->message, HasSubstr("stands behind"));
  log.mutable_log()->set_calls(0);
  const Forged none =
      std::move(Forged().add_chunk(1, 0, {with_order(image_event(), 0), with_order(log, 1)}));
  EXPECT_THAT(open_bytes(none.bytes()).value()->damage()->message, HasSubstr("a log of no calls"));
}

TEST(LogInATrace, ThatTheRecorderMakesWronglyEndsTheRecording) {
  const TemporaryPath path;
  Writer writer = Writer::create(path.name(), IfExists::kFail, sample_header()).value();
  const StreamId stream = writer.begin_stream();
  writer.add(stream, image_event());
  writer.flush();
  pb::Event log = two_calls().event(kTid);
  log.mutable_log()->set_calls(3);
  writer.add(stream, std::move(log));
  writer.flush();
  ASSERT_TRUE(writer.failure());
  EXPECT_THAT(writer.failure()->message, HasSubstr("it tells of 3 calls, and holds 2"));
}

}  // namespace
}  // namespace mecrr
