// Breakpoints: they are hit, passed, and never seen.
#include <gtest/gtest.h>
#include <sys/syscall.h>

#include "tests/replayer/hand_made.h"

namespace mecrr::hand_made {
namespace {

/// Counts to 3, and exits.
ASSEMBLY(loops, "mov $3, %ecx; 1: nop; dec %ecx; jnz 1b; mov $231, %eax; mov $0, %edi; syscall")

std::unique_ptr<Reader> loops_trace() {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image(kTid, loops()));
  Registers r = start_registers();
  r.rax = SYS_exit_group, r.rip = syscall_at(loops()), r.eflags = 0x246;
  trace.add(stream, entered(kTid, r, 1));
  trace.add(stream, exited(kTid, 0));
  return std::move(trace).read();
}

constexpr StreamId kStream{1};

TEST(Breakpoints, OneInALoopIsHitEachTimeRound) {
  Replayed replayed(loops_trace());
  const RemoteAddress nop(address_of(loops(), {0x90}));
  ASSERT_TRUE(replayed.replay().add_breakpoint({kStream, nop}));
  for (std::uint64_t left = 3; left > 0; --left) {
    const auto hit = replayed.run<BreakpointHit>();
    EXPECT_EQ(hit.address, nop);
    EXPECT_EQ(hit.tid, kTid);
    EXPECT_EQ(replayed.replay().registers(kTid)->rcx, left);
    EXPECT_EQ(replayed.replay().registers(kTid)->rip, nop.value());
  }
  replayed.run<Ended>();
}

TEST(Breakpoints, TheInstructionWhereAReplayStandsIsNotHitAgain) {
  Replayed replayed(loops_trace());
  ASSERT_TRUE(replayed.replay().add_breakpoint({kStream, RemoteAddress(kCode)}));
  replayed.run<Ended>();
}

TEST(Breakpoints, OneThatIsRemovedIsNotHit) {
  Replayed replayed(loops_trace());
  const Breakpoint breakpoint{kStream, RemoteAddress(address_of(loops(), {0x90}))};
  ASSERT_TRUE(replayed.replay().add_breakpoint(breakpoint));
  replayed.run<BreakpointHit>();
  EXPECT_TRUE(replayed.replay().remove_breakpoint(breakpoint));
  EXPECT_FALSE(replayed.replay().remove_breakpoint(breakpoint));
  replayed.run<Ended>();
}

TEST(Breakpoints, MemoryDoesNotShowThem) {
  Replayed replayed(loops_trace());
  const RemoteAddress nop(address_of(loops(), {0x90}));
  ASSERT_TRUE(replayed.replay().add_breakpoint({kStream, nop}));
  EXPECT_EQ(replayed.replay().breakpoints().size(), 1u);
  replayed.run<BreakpointHit>();
  const Bytes code =
      *read_bytes(ReplayedMemory(replayed.replay(), kTid), RemoteAddress(kCode), loops().size());
  EXPECT_TRUE(equal(code, loops()));
}

TEST(Breakpoints, StepsGoOverThem) {
  Replayed replayed(loops_trace());
  const RemoteAddress nop(address_of(loops(), {0x90}));
  ASSERT_TRUE(replayed.replay().add_breakpoint({kStream, nop}));
  replayed.run<BreakpointHit>();
  replayed.came_to<Reached>(replayed.replay().step_instruction());
  EXPECT_EQ(replayed.replay().registers(kTid)->rip, nop.value() + 1);
}

TEST(Breakpoints, SeekingCanIgnoreThem) {
  Replayed replayed(loops_trace());
  ASSERT_TRUE(
      replayed.replay().add_breakpoint({kStream, RemoteAddress(address_of(loops(), {0x90}))}));
  replayed.came_to<Reached>(
      replayed.replay().run_to(Order(1), Side::kBefore, Breakpoints::kIgnore));
}

TEST(Breakpoints, TheyNeedMemory) {
  Replayed replayed(loops_trace());
  EXPECT_FALSE(replayed.replay().add_breakpoint({kStream, RemoteAddress(0x900000)}));
  EXPECT_FALSE(replayed.replay().add_breakpoint({StreamId(9), RemoteAddress(kCode)}));
}

/// The program's own int3, whose SIGTRAP kills it.
ASSEMBLY(traps, "nop; int3; nop")

TEST(Breakpoints, OneAtTheProgramsOwnInt3IsHitAndThenTheProgramGetsItsTrap) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image(kTid, traps()));
  siginfo_t info{};
  info.si_signo = SIGTRAP;
  info.si_code = SI_KERNEL;
  Registers r = start_registers();
  r.rip = kCode + 2;
  pb::Event signal = fault(kTid, r, info);
  signal.mutable_signal()->set_fatal(true);
  trace.add(stream, signal);
  pb::Event end = event(kTid);
  end.mutable_exited()->set_signal(SIGTRAP);
  end.mutable_exited()->set_process(true);
  trace.add(stream, end);
  Replayed replayed(std::move(trace).read());
  ASSERT_TRUE(replayed.replay().add_breakpoint({stream, RemoteAddress(kCode + 1)}));
  EXPECT_EQ(replayed.run<BreakpointHit>().address, RemoteAddress(kCode + 1));
  replayed.run<Ended>();
}

/// A call right before a breakpoint, and pushf and a call under single-stepping.
ASSEMBLY(flags, "pushf; pop %rbx; mov $39, %eax; syscall; mov %r11, %rdi; mov $231, %eax; syscall")

TEST(Breakpoints, SteppingLeavesNoTraceInTheFlagsThatAProgramSees) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image(kTid, flags()));
  Registers r = start_registers();
  r.rbx = 0x202, r.rax = SYS_getpid, r.rip = syscall_at(flags());
  trace.add(stream, call(kTid, r, 0, 1));
  r.rdi = 0x202, r.rax = SYS_exit_group, r.rip = syscall_at(flags(), 1);
  trace.add(stream, entered(kTid, r, 1));
  trace.add(stream, exited(kTid, 2));
  Replayed replayed(std::move(trace).read());
  while (true) {
    const Result<Advance> advance = replayed.replay().step_instruction();
    ASSERT_TRUE(advance) << advance.error();
    if (std::holds_alternative<Ended>(*advance)) break;
    replayed.came_to<Reached>(advance);
  }
}

TEST(Breakpoints, OneBehindACallIsHitWhenTheCallHasBeenAnswered) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image(kTid, flags()));
  Registers r = start_registers();
  r.rbx = 0x202, r.rax = SYS_getpid, r.rip = syscall_at(flags());
  trace.add(stream, call(kTid, r, 0, 1));
  r.rdi = 0x202, r.rax = SYS_exit_group, r.rip = syscall_at(flags(), 1);
  trace.add(stream, entered(kTid, r, 1));
  Replayed replayed(std::move(trace).read());
  const RemoteAddress behind(syscall_at(flags()) + 2);
  ASSERT_TRUE(replayed.replay().add_breakpoint({stream, behind}));
  EXPECT_EQ(replayed.run<BreakpointHit>().address, behind);
  EXPECT_EQ(replayed.replay().position()->order, Order(2));
  EXPECT_EQ(replayed.replay().registers(kTid)->rax, 1u);
}

}  // namespace
}  // namespace mecrr::hand_made
