// The loop of a replay, on a fake device: what the device is told, and when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>

#include "tests/replayer/hand_made.h"
#include "tests/support/fake_device.h"

namespace mecrr::hand_made {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Registers when a task of the fake device is at a call.
Registers at(std::uint64_t call_address, std::uint64_t number) {
  Registers r = start_registers();
  r.rip = call_address, r.rax = number;
  return r;
}

pb::Event image_without_memory(Tid tid) {
  pb::Event start = image(tid, {});
  start.mutable_image()->clear_mapping();
  start.mutable_image()->clear_memory();
  return start;
}

/// What running a trace to its end comes to, on a device with this script.
struct Ran {
  Ran(Trace trace, std::string_view script) : device(script), reader(std::move(trace).read()) {
    auto replay = Replay::open(*reader, device, {});
    MECRR_CHECK(replay.has_value(), "{}", replay.error().message);
    result = (*replay)->run(Breakpoints::kIgnore);
  }
  FakeDevice device;
  std::unique_ptr<Reader> reader;
  Result<Advance> result = Interrupted{};
};

Trace two_calls() {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image_without_memory(kTid));
  trace.add(stream, call(kTid, at(0x1000, SYS_getpid), 0, 1));
  trace.add(stream, call(kTid, at(0x2000, SYS_getuid), 0, 1));
  return trace;
}

TEST(Loop, ResumesATaskOncePerCall) {
  Ran ran(two_calls(), "1 0x1002 getpid\n1 0x2002 getuid\n");
  ASSERT_TRUE(ran.result) << ran.result.error();
  EXPECT_TRUE(std::holds_alternative<Ended>(*ran.result));
  EXPECT_THAT(ran.device.log(), ElementsAre("1 run", "1 run"));
}

TEST(Loop, SignalsFromOutsideAreDropped) {
  Ran ran(two_calls(),
          "1 0x900 signal SIGTERM {code: SI_USER}\n1 0x1002 getpid\n1 0x2002 getuid\n");
  ASSERT_TRUE(ran.result) << ran.result.error();
  EXPECT_TRUE(std::holds_alternative<Ended>(*ran.result));
  EXPECT_THAT(ran.device.log(), ElementsAre("1 run", "1 run", "1 run"));
}

TEST(Loop, ATaskThatIsKilledFromOutsideIsAnErrorAndNoDivergence) {
  Ran ran(two_calls(), "1 0x1002 getpid\n1 0 exited SIGKILL\n");
  ASSERT_FALSE(ran.result);
  EXPECT_EQ(ran.result.error().message,
            "made.pb: event 2 of stream 1: task 1000 was killed from outside of the replay");
}

TEST(Loop, OnlyTheTaskOfTheNextEventRuns) {
  constexpr Tid kSecond{2000};
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image_without_memory(kTid));
  Registers r = at(0x1000, SYS_clone);
  trace.add(stream, entered(kTid, r, 5));
  pb::Event created = event(kTid);
  created.mutable_created()->set_tid(kSecond.value());
  created.mutable_created()->set_pid(kTid.value());
  created.mutable_created()->set_stream(1);
  r.rip = 0x1002;
  *created.mutable_created()->mutable_registers() = to_trace(r);
  trace.add(stream, created);
  trace.add(stream, call(kSecond, at(0x3000, SYS_getpid), 0, 1));
  trace.add(stream, returned(kTid, SYS_clone, 2000));
  trace.add(stream, call(kSecond, at(0x4000, SYS_getpid), 0, 1));
  trace.add(stream, call(kTid, at(0x5000, SYS_getpid), 0, 1));
  pb::Event gone = exited(kSecond, 0);
  gone.mutable_exited()->set_process(false);
  trace.add(stream, gone);
  trace.add(stream, exited(kTid, 0));
  Ran ran(std::move(trace),
          "1 0x1002 clone 0, 0, 0, 0, 0\n1 0x5002 getpid\n2 0x3002 getpid\n2 0x4002 getpid\n");
  ASSERT_TRUE(ran.result) << ran.result.error();
  ASSERT_TRUE(std::holds_alternative<Ended>(*ran.result));
  EXPECT_THAT(ran.device.log(), ElementsAre("1 run", "1 perform clone", "2 run", "2 run", "1 run",
                                            "2 perform exit", "kill 1"));
}

}  // namespace
}  // namespace mecrr::hand_made
