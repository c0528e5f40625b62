// Landings (docs/landing.md) of programs of a few instructions, on the ptrace device. Those of real
// programs: tests/programs/landing/.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/hash.h"
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

// ---- the next event behind one

ASSEMBLY(goes_on,
         "push $7; xor %ecx, %ecx; goes_on_from: add $1, %rcx; nop; nop; nop; nop; "
         "cmp $1000, %rcx; jne goes_on_from; mov $39, %eax; syscall; hlt")

/// A landing in the loop, and a call behind it.
std::unique_ptr<Reader> lands_and_calls(std::uint64_t vector_hash, std::uint64_t pushed) {
  constexpr std::size_t kVectorBytes = 576;
  pb::Event start = image(kTid, goes_on());
  start.mutable_image()->mutable_vector()->set_xsave(std::string(kVectorBytes, '\0'));
  Registers r = start_registers();
  r.rsp -= sizeof pushed, r.eflags = 0x246, r.rcx = 0;
  r.rip = address_of(goes_on(), {0x48, 0x83, 0xc1});
  pb::Event landing = hand_made::event(kTid);
  *landing.mutable_state() = state_of(r);
  *landing.mutable_landing()->mutable_registers() = to_trace(r);
  landing.mutable_landing()->set_vector_hash(vector_hash);
  landing.mutable_landing()->set_stack_hash(hash64({}));
  landing.mutable_preempted();

  r.rax = 39, r.rcx = 1000, r.rip = syscall_at(goes_on());
  pb::Event getpid = call(kTid, r, 0, kTid.value());
  Bytes stack(kStack + kPageBytes - r.rsp);
  std::ranges::copy(object_bytes(pushed), stack.begin());
  getpid.mutable_state()->set_stack_bytes(static_cast<std::uint32_t>(stack.size()));
  getpid.mutable_state()->set_stack_hash(hash64(stack));

  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, std::move(start));
  trace.add(stream, std::move(landing));
  trace.add(stream, std::move(getpid));
  return std::move(trace).read();
}

std::uint64_t vector_hash_at_start() {
  const auto trace = lands_and_calls(0, 0);
  const auto device = PtraceDevice::create();
  const auto replay = Replay::open(*trace, *device, {}).value();
  return vector_hash(replay->vector_state(kTid).value());
}

TEST(Landing, OneThatLeadsToTheSameStackIsTheRightOne) {
  Replayed replayed(lands_and_calls(vector_hash_at_start(), 7));
  replayed.run<Ended>();
}

TEST(Landing, OneThatLeadsToAnotherStackIsADivergenceThatNamesIt) {
  Replayed replayed(lands_and_calls(vector_hash_at_start(), 8));
  const auto divergence = replayed.run<Divergence>();
  EXPECT_EQ(divergence.position.event, EventId{2});
  EXPECT_THAT(divergence.subject, HasSubstr("on top of the stack"));
  EXPECT_EQ(divergence.landing, EventId{1});
  EXPECT_THAT(divergence.summary(), HasSubstr("behind the landing at event 1"));
  EXPECT_THAT(report(divergence, replayed.replay(), replayed.reader()),
              HasSubstr("landing   event 1 of the stream"));
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
