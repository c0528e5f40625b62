// Logs of calls, on a fake device: what the agent is given, and what becomes of what it leaves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>

#include "device/device.h"
#include "tests/replayer/hand_made.h"
#include "tests/support/call_log_maker.h"
#include "tests/support/fake_device.h"

namespace mecrr::hand_made {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr Tid kSecond{2000};

LoggedCall logged(std::uint16_t number, std::uint64_t rip) {
  return {.number = number, .result = 7, .rip = rip, .rsp = kStackTop};
}

/// getpid, getuid, getgid at 0x1002, 0x2002, 0x3002.
CallLogMaker three_calls() {
  CallLogMaker log;
  log.call(logged(SYS_getpid, 0x1002));
  log.call(logged(SYS_getuid, 0x2002));
  log.call(logged(SYS_getgid, 0x3002));
  return log;
}

pb::Event image_without_memory(Tid tid) {
  pb::Event start = image(tid, {});
  start.mutable_image()->clear_mapping();
  start.mutable_image()->clear_memory();
  return start;
}

pb::Event geteuid(Tid tid = kTid) {
  Registers r = start_registers();
  r.rip = 0x4000, r.rax = SYS_geteuid;
  return call(tid, r, 0, 1);
}

/// Image, a log, geteuid at 0x4002.
Trace trace_with(const CallLogMaker& log) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image_without_memory(kTid));
  trace.add(stream, log.event(kTid.value()));
  trace.add(stream, geteuid());
  return trace;
}

struct Opened {
  Opened(Trace trace, std::string_view script) : device(script), reader(std::move(trace).read()) {
    ReplayOptions options;
    options.output = [this](Order, pb::Output to, ByteView bytes) {
      output += fmt::format("{}:{} ", static_cast<int>(to), as_text(bytes));
    };
    auto opened = Replay::open(*reader, device, std::move(options));
    MECRR_CHECK(opened.has_value(), "{}", opened.error().message);
    replay = *std::move(opened);
  }
  template <class T>
  T came_to(const Result<Advance>& advance) {
    MECRR_CHECK(advance.has_value(), "{}", advance.error().message);
    const T* wanted = std::get_if<T>(&*advance);
    MECRR_CHECK(wanted != nullptr, "{}", advance->index());
    return *wanted;
  }
  template <class T>
  T run() {
    return came_to<T>(replay->run(Breakpoints::kIgnore));
  }
  template <class T>
  T run_to(std::uint64_t order, Side side) {
    return came_to<T>(replay->run_to(Order(order), side, Breakpoints::kIgnore));
  }
  std::uint64_t order() const { return replay->position()->order.value(); }

  FakeDevice device;
  std::unique_ptr<Reader> reader;
  std::string output;
  std::unique_ptr<Replay> replay;
};

TEST(Log, IsAnsweredInOneRunThatAlsoReachesTheNextEvent) {
  Opened opened(trace_with(three_calls()), "1 0x4002 geteuid\n");
  opened.run<Ended>();
  EXPECT_THAT(opened.device.log(), ElementsAre("1 answer 3", "1 run"));
}

TEST(Log, EndsWithAStopWhereTheTraceDoes) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image_without_memory(kTid));
  trace.add(stream, three_calls().event(kTid.value()));
  Opened opened(std::move(trace), "1 0x3002 answered\n");
  opened.run<Ended>();
  EXPECT_THAT(opened.device.log(), ElementsAre("1 answer 3 and stop", "1 run"));
}

TEST(Log, EndsWithAStopWhereAnotherTaskIsNext) {
  Trace trace;
  const StreamId first = trace.begin_stream();
  trace.add(first, image_without_memory(kTid));
  const StreamId second = trace.begin_stream();
  pb::Event start = image_without_memory(kSecond);
  start.mutable_image()->set_parent_stream(1);
  trace.add(second, start);
  trace.add(first, three_calls().event(kTid.value()));
  trace.add(second, three_calls().event(kSecond.value()));
  trace.add(second, geteuid(kSecond));
  trace.add(first, geteuid());
  Opened opened(std::move(trace), "1 0x3002 answered\n2 0x4002 geteuid\n1 0x4002 geteuid\n");
  opened.run<Ended>();
  EXPECT_THAT(opened.device.log(),
              ElementsAre("1 answer 3 and stop", "1 run", "2 answer 3", "2 run", "1 run"));
}

TEST(Log, CanBeEnteredAtEachOfItsCalls) {
  Opened opened(trace_with(three_calls()), "1 0x2002 getuid\n1 0x4002 geteuid\n");
  opened.run_to<Reached>(2, Side::kBefore);
  EXPECT_EQ(opened.order(), 2u);
  EXPECT_TRUE(opened.replay->position()->at_event);
  EXPECT_EQ(opened.replay->registers(kTid)->rip, 0x2002u);
  opened.run<Ended>();
  EXPECT_THAT(opened.device.log(), ElementsAre("1 answer 1", "1 run", "1 answer 1", "1 run"));
}

TEST(Log, CanBeLeftBehindEachOfItsCalls) {
  Opened opened(trace_with(three_calls()), "1 0x2002 answered\n1 0x4002 geteuid\n");
  opened.run_to<Reached>(2, Side::kAfter);
  EXPECT_EQ(opened.order(), 3u);
  EXPECT_FALSE(opened.replay->position()->at_event);
  opened.run<Ended>();
  EXPECT_THAT(opened.device.log(),
              ElementsAre("1 answer 2 and stop", "1 run", "1 answer 1", "1 run"));
}

TEST(Log, ItsFirstCallIsReachedWithoutTheAgent) {
  Opened opened(trace_with(three_calls()), "1 0x1002 getpid\n");
  opened.run_to<Reached>(1, Side::kBefore);
  EXPECT_THAT(opened.device.log(), ElementsAre("1 run"));
}

TEST(Log, ACallThatTheAgentLeavesIsAnsweredAsAnyOther) {
  Opened opened(trace_with(three_calls()), "1 0x2002 +1 getuid\n1 0x4002 geteuid\n");
  opened.run<Ended>();
  EXPECT_THAT(opened.device.log(), ElementsAre("1 answer 3", "1 run", "1 answer 1", "1 run"));
}

TEST(Log, AnotherCallThanTheLogHasIsADivergenceThere) {
  Opened opened(trace_with(three_calls()), "1 0x2002 +1 getppid\n");
  const auto divergence = opened.run<Divergence>();
  EXPECT_EQ(divergence.position.order, Order(2));
  EXPECT_EQ(divergence.subject, "call");
  EXPECT_THAT(divergence.expected, HasSubstr("getuid"));
  EXPECT_THAT(divergence.found, HasSubstr("getppid"));
}

TEST(Log, ACallFromElsewhereIsADivergenceThere) {
  Opened opened(trace_with(three_calls()), "1 0x2042 +1 getuid\n");
  EXPECT_EQ(opened.run<Divergence>().subject, "instruction pointer");
}

TEST(Log, AFaultInPlaceOfACallIsADivergence) {
  Opened opened(trace_with(three_calls()),
                "1 0x1100 +1 signal SIGSEGV {code: SEGV_MAPERR, addr: 0x10}\n");
  const auto divergence = opened.run<Divergence>();
  EXPECT_EQ(divergence.position.order, Order(2));
  EXPECT_EQ(divergence.subject, "what happens");
}

TEST(Log, AnAgentThatStopsEarlyIsAnError) {
  Opened opened(trace_with(three_calls()), "1 0x2002 +2 answered\n");
  const auto advance = opened.replay->run(Breakpoints::kIgnore);
  ASSERT_FALSE(advance);
  EXPECT_THAT(advance.error().message, HasSubstr("2 of 3 calls have been answered"));
}

TEST(Log, StepsDoWithoutTheAgent) {
  Opened opened(trace_with(three_calls()), "1 0x1001 stepped\n1 0x1002 getpid\n");
  opened.came_to<Reached>(opened.replay->step_instruction());
  opened.came_to<Reached>(opened.replay->step_instruction());
  EXPECT_TRUE(opened.replay->position()->at_event);
  EXPECT_THAT(opened.device.log(), ElementsAre("1 step", "1 step"));
}

TEST(Log, ShowsWhatWasWrittenInOrder) {
  CallLogMaker log;
  for (const auto& [to, text] : {std::pair{pb::OUTPUT_STDOUT, "one"},
                                 {pb::OUTPUT_STDERR, "two"},
                                 {pb::OUTPUT_STDOUT, "three, cut"}}) {
    LoggedCall write = logged(SYS_write, 0x1002);
    write.arguments = {1, kData, 10};
    write.result = 5;
    write.output = to;
    log.call(write).shown(kData, text);
  }
  Opened opened(trace_with(log), "1 0x4002 geteuid\n");
  opened.run<Ended>();
  EXPECT_EQ(opened.output, "1:one 2:two 1:three ");
}

TEST(Log, ThatWritesToMecrrsOwnMemoryIsNotGivenToTheAgent) {
  CallLogMaker log;
  log.call(logged(SYS_getpid, 0x1002));
  log.call(logged(SYS_getuid, 0x2002)).written(kMecrrRegion + kMecrrRegionBytes - 1, "x");
  Opened opened(trace_with(log), "1 0x2002 getuid\n");
  const auto advance = opened.replay->run(Breakpoints::kIgnore);
  ASSERT_FALSE(advance);
  EXPECT_THAT(advance.error().message, HasSubstr("event 2 of stream 1: a write to 0x14ffff"));
  EXPECT_THAT(opened.device.log(), ElementsAre("1 answer 1", "1 run"));
}

}  // namespace
}  // namespace mecrr::hand_made
