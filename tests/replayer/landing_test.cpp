// Landings (docs/landing.md) of programs of a few instructions, on the ptrace device. Those of real
// programs: tests/programs/landing/.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/ptrace/ptrace_device.h"
#include "tests/replayer/hand_made.h"

namespace mecrr::hand_made {
namespace {

using testing::HasSubstr;

ASSEMBLY(counts, "xor %ecx, %ecx; again: add $1, %rcx; nop; nop; nop; nop; jmp again")

/// A turn given away where rcx is `value`.
std::unique_ptr<Reader> given_away_at(std::uint64_t value) {
  Registers r = start_registers();
  r.rip = address_of(counts(), {0x48, 0x83, 0xc1});
  r.rcx = value;
  pb::Event event = hand_made::event(kTid);
  *event.mutable_state() = state_of(r);
  *event.mutable_landing()->mutable_registers() = to_trace(r);
  event.mutable_preempted();
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image(kTid, counts()));
  trace.add(stream, std::move(event));
  return std::move(trace).read();
}

TEST(Landing, OneThatIsNeverComeToIsADivergence) {
  const auto trace = given_away_at(std::uint64_t{1} << 60);
  const auto device = PtraceDevice::create();
  ReplayOptions options;
  options.patience = std::chrono::milliseconds(50);
  const auto replay = Replay::open(*trace, *device, std::move(options));
  ASSERT_TRUE(replay) << replay.error();
  const auto came_to = (*replay)->run(Breakpoints::kIgnore);
  ASSERT_TRUE(came_to) << came_to.error();
  const auto* divergence = std::get_if<Divergence>(&*came_to);
  ASSERT_NE(divergence, nullptr);
  EXPECT_EQ(divergence->subject, "what happens");
  EXPECT_THAT(divergence->found, HasSubstr("not come there"));
  EXPECT_GT(divergence->registers.rcx, 1000u);
}

}  // namespace
}  // namespace mecrr::hand_made
