// Whole replays, on the ptrace device, of traces of a few instructions.
#include "replayer/replay.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include "base/check.h"
#include "device/ptrace/ptrace_device.h"
#include "tests/replayer/hand_made.h"

namespace mecrr::hand_made {
namespace {

/// mov $1,%eax; mov $1,%edi; mov $kData,%esi; mov $3,%edx; syscall;
/// mov $231,%eax; xor %edi,%edi; syscall
const Bytes kHello =
    code({0xb8, 1, 0, 0, 0,    0xbf, 1,    0,   0, 0, 0xbe, 0,    0,    0x50, 0,   0xba,
          3,    0, 0, 0, 0x0f, 0x05, 0xb8, 231, 0, 0, 0,    0x31, 0xff, 0x0f, 0x05});
constexpr std::uint64_t kWriteAt = 20, kExitAt = 29;  // of the syscall instructions

Registers at_write() {
  Registers r = start_registers();
  r.rax = SYS_write, r.rdi = 1, r.rsi = kData, r.rdx = 3;
  r.rip = kCode + kWriteAt;
  return r;
}

Registers at_exit() {
  Registers r = at_write();
  r.rax = SYS_exit_group, r.rdi = 0;
  r.rip = kCode + kExitAt;
  r.eflags = 0x246;  // xor has set zero and parity
  return r;
}

pb::Event write_event() {
  pb::Event event = call(kTid, at_write(), 3, 3);
  add_input(*event.mutable_call(), kData, "hi\n");
  event.mutable_call()->set_output(pb::OUTPUT_STDOUT);
  return event;
}

/// A replay of a trace, and what it writes.
struct Replayed {
  explicit Replayed(Trace trace) : reader(std::move(trace).read()) {
    ReplayOptions options;
    options.output = [this](pb::Output, ByteView bytes) { output += as_text(bytes); };
    auto opened = Replay::open(*reader, *device, std::move(options));
    if (opened) {
      replay = *std::move(opened);
    } else {
      error = opened.error().message;
    }
  }
  template <class T>
  T run() {
    const Result<Advance> advance = replay->run(Breakpoints::kHeed);
    MECRR_CHECK(advance.has_value(), "{}", advance.error().message);
    if (const auto* divergence = std::get_if<Divergence>(&*advance))
      if (!std::is_same_v<T, Divergence>) ADD_FAILURE() << divergence->summary();
    MECRR_CHECK(std::holds_alternative<T>(*advance), "{}", advance->index());
    return std::get<T>(*advance);
  }

  std::unique_ptr<Reader> reader;
  std::unique_ptr<PtraceDevice> device = PtraceDevice::create();
  std::string output;
  std::string error;
  std::unique_ptr<Replay> replay;
};

Trace hello() {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image(kTid, kHello, "hi\n"));
  trace.add(stream, write_event());
  trace.add(stream, entered(kTid, at_exit(), 1));
  trace.add(stream, exited(kTid, 0));
  return trace;
}

TEST(Replay, AProgramRunsToItsEndAndWritesWhatItWrote) {
  Replayed replayed(hello());
  ASSERT_EQ(replayed.error, "");
  const Ended ended = replayed.run<Ended>();
  EXPECT_EQ(ended.tasks_left, 0u);
  ASSERT_TRUE(ended.ending);
  EXPECT_EQ(ended.ending->reason(), pb::Ending::ALL_EXITED);
  EXPECT_EQ(replayed.output, "hi\n");
}

}  // namespace
}  // namespace mecrr::hand_made
