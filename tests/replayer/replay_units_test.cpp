// Units on several threads, on the ptrace device, with programs of a few instructions.
#include "replayer/parallel/replay_units.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <algorithm>
#include <latch>
#include <string>

#include "device/ptrace/ptrace_device.h"
#include "replayer/parallel/ordered_output.h"
#include "tests/replayer/hand_made.h"

namespace mecrr::hand_made {
namespace {

ASSEMBLY(writes_twice,
         "mov $1, %eax; mov $1, %edi; mov $0x500000, %esi; mov $3, %edx; syscall;"
         "mov $1, %eax; syscall;"
         "mov $231, %eax; mov $0, %edi; syscall")
ASSEMBLY(computes_for_ever, "1: jmp 1b")

constexpr Tid kFirst{1000}, kSecond{2000}, kThird{3000};

Registers at_write(int nth) {
  Registers r = start_registers();
  r.rax = SYS_write, r.rdi = 1, r.rsi = kData, r.rdx = 3;
  r.rip = syscall_at(writes_twice(), nth);
  return r;
}

pb::Event writes(Tid tid, int nth, std::string_view text) {
  pb::Event event = call(tid, at_write(nth), 3, 3);
  add_input(*event.mutable_call(), kData, text);
  event.mutable_call()->set_output(pb::OUTPUT_STDOUT);
  return event;
}

/// A program that writes `text`, of three bytes, twice.
struct Program {
  Program(Trace& trace, Tid tid, std::string_view text)
      : trace(trace), tid(tid), text(text), stream(trace.begin_stream()) {
    const bool is_first = stream == StreamId(1);
    trace.add(stream,
              is_first ? image(tid, writes_twice(), text) : later_image(tid, writes_twice(), text));
  }
  void write(int nth) { trace.add(stream, writes(tid, nth, text)); }
  /// An argument is not the one that the program has.
  void write_differently(int nth) {
    pb::Event event = writes(tid, nth, text);
    event.mutable_call()->set_argument(0, 2);
    trace.add(stream, event);
  }
  void exit() {
    Registers r = at_write(1);
    r.rax = SYS_exit_group, r.rdi = 0;
    r.rip = syscall_at(writes_twice(), 2);
    trace.add(stream, entered(tid, r, 1));
    trace.add(stream, exited(tid, 0));
  }

  Trace& trace;
  Tid tid;
  std::string text;
  StreamId stream;
};

struct Replayed {
  explicit Replayed(std::unique_ptr<Reader> reader, std::size_t jobs = 2,
                    std::function<void(StreamId)> stream_began = {},
                    std::uint64_t max_waiting_bytes = OrderedOutput::kMaxWaitingBytes) {
    result = replay_units(*reader, {.jobs = jobs,
                                    .make_device = [] { return PtraceDevice::create(); },
                                    .output = [this](pb::Output, ByteView b) { out += as_text(b); },
                                    .progress = {},
                                    .stream_began = std::move(stream_began),
                                    .max_waiting_bytes = max_waiting_bytes});
  }
  std::string out;
  Result<UnitsEnd> result;
};

TEST(ReplayUnits, OutputComesInTheOrderOfTheRecording) {
  Trace trace;
  Program first(trace, kFirst, "one"), second(trace, kSecond, "TWO"), third(trace, kThird, "3__");
  third.write(0), first.write(0), second.write(0), second.write(1), second.exit();
  third.write(1), first.write(1), third.exit(), first.exit();
  const auto reader = std::move(trace).read();
  for (const std::size_t jobs : {1, 2, 3, 8}) {
    const Replayed replayed(reader->another(), jobs);
    ASSERT_TRUE(replayed.result) << replayed.result.error().message;
    EXPECT_FALSE(replayed.result->divergence);
    EXPECT_EQ(replayed.result->units, 3U);
    EXPECT_LE(replayed.result->most_at_once, jobs);
    EXPECT_EQ(replayed.out, "3__oneTWOTWO3__one") << jobs;
  }
}

TEST(ReplayUnits, TwoAreAliveAtTheSameTime) {
  Trace trace;
  Program first(trace, kFirst, "one"), second(trace, kSecond, "TWO");
  first.write(0), first.write(1), first.exit();
  second.write(0), second.write(1), second.exit();
  std::latch both(2);
  const Replayed replayed(std::move(trace).read(), 2,
                          [&](StreamId) { both.arrive_and_wait(); });  // each waits for the other
  ASSERT_TRUE(replayed.result) << replayed.result.error().message;
  EXPECT_EQ(replayed.result->most_at_once, 2U);
  EXPECT_EQ(replayed.out, "oneoneTWOTWO");
}

TEST(ReplayUnits, TheFirstDivergenceInTheRecordingsOrderCounts) {
  Trace trace;
  Program first(trace, kFirst, "one"), second(trace, kSecond, "TWO"), third(trace, kThird, "3__");
  first.write(0), third.write(0), second.write_differently(0);
  third.write(1), third.exit(), first.write_differently(1);
  const auto reader = std::move(trace).read();
  for (const std::size_t jobs : {1, 2, 3}) {
    const Replayed replayed(reader->another(), jobs);
    ASSERT_TRUE(replayed.result) << replayed.result.error().message;
    ASSERT_TRUE(replayed.result->divergence);
    EXPECT_TRUE(replayed.result->divergence->contains("at event 1 of stream 2 (number 5 of all)"))
        << *replayed.result->divergence;
    EXPECT_EQ(replayed.out, "one3__");
  }
}

TEST(ReplayUnits, AnErrorIsToldAsByOneReplay) {
  Trace trace;
  Program first(trace, kFirst, "one"), second(trace, kSecond, "TWO");
  trace.add(second.stream, exited(Tid(4711), 0));
  first.write(0), first.write(1), first.exit();
  const auto reader = std::move(trace).read();
  const Replayed replayed(reader->another());
  ASSERT_FALSE(replayed.result);
  EXPECT_EQ(replayed.result.error().message, hand_made::Replayed(reader->another()).error());
  EXPECT_EQ(replayed.out, "");
}

TEST(ReplayUnits, AUnitThatComputesBeyondADivergenceIsStopped) {
  Trace trace;
  Program first(trace, kFirst, "one");
  const StreamId second = trace.begin_stream();
  trace.add(second, later_image(kSecond, computes_for_ever()));
  first.write_differently(0);
  trace.add(second, writes(kSecond, 0, "TWO"));  // it never comes to that
  std::latch both(2);
  const Replayed replayed(std::move(trace).read(), 2, [&](StreamId) { both.arrive_and_wait(); });
  ASSERT_TRUE(replayed.result) << replayed.result.error().message;
  EXPECT_TRUE(replayed.result->divergence);
}

TEST(ReplayUnits, WhoWritesTooFarAheadWaitsWhileOthersAreBegun) {
  // All of the second unit comes before what the first one writes, which is more than may wait: the
  // one worker would wait for ever.
  Trace trace;
  Program first(trace, kFirst, "one"), second(trace, kSecond, "TWO");
  second.write(0), second.write(1), second.exit();
  first.write(0), first.write(1), first.exit();
  const Replayed replayed(std::move(trace).read(), 1, {}, 4);
  ASSERT_TRUE(replayed.result) << replayed.result.error().message;
  EXPECT_EQ(replayed.out, "TWOTWOoneone");
}

}  // namespace
}  // namespace mecrr::hand_made
