// Whole replays, on the ptrace device, of programs of a few instructions.
#include "replayer/replay.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "tests/replayer/hand_made.h"

namespace mecrr::hand_made {
namespace {

ASSEMBLY(hello,
         "mov $1, %eax; mov $1, %edi; mov $0x500000, %esi; mov $3, %edx; syscall;"
         "mov $231, %eax; mov $0, %edi; syscall")

Registers at_write() {
  Registers r = start_registers();
  r.rax = SYS_write, r.rdi = 1, r.rsi = kData, r.rdx = 3;
  r.rip = syscall_at(hello());
  return r;
}

Registers at_exit() {
  Registers r = at_write();
  r.rax = SYS_exit_group, r.rdi = 0;
  r.rip = syscall_at(hello(), 1);
  return r;
}

pb::Event write_event() {
  pb::Event event = call(kTid, at_write(), 3, 3);
  add_input(*event.mutable_call(), kData, "hi\n");
  event.mutable_call()->set_output(pb::OUTPUT_STDOUT);
  return event;
}

/// The program above, with this in place of its write call.
std::unique_ptr<Reader> hello_trace(pb::Event write = write_event(),
                                    std::string_view data = "hi\n") {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image(kTid, hello(), data));
  trace.add(stream, std::move(write));
  trace.add(stream, entered(kTid, at_exit(), 1));
  trace.add(stream, exited(kTid, 0));
  return std::move(trace).read();
}

TEST(Replay, AProgramRunsToItsEndAndWritesWhatItWrote) {
  Replayed replayed(hello_trace());
  const Ended ended = replayed.run<Ended>();
  EXPECT_EQ(ended.tasks_left, 0u);
  ASSERT_TRUE(ended.ending);
  EXPECT_EQ(ended.ending->reason(), pb::Ending::ALL_EXITED);
  EXPECT_EQ(replayed.output(), "hi\n");
}

TEST(Replay, StartsBeforeTheFirstInstruction) {
  Replayed replayed(hello_trace());
  const Position position = replayed.replay().position().value();
  EXPECT_EQ(position.order, Order(1));
  EXPECT_EQ(position.event, EventId(1));
  EXPECT_EQ(position.tid, kTid);
  EXPECT_FALSE(position.at_event);
  EXPECT_EQ(position.instruction, RemoteAddress(kCode));
  EXPECT_TRUE(replayed.replay().pending()->has_call());
}

TEST(Replay, GoesToBothSidesOfAnEvent) {
  Replayed replayed(hello_trace());
  Replay& replay = replayed.replay();
  replayed.came_to<Reached>(replay.run_to(Order(1), Side::kBefore, Breakpoints::kHeed));
  EXPECT_TRUE(replay.position()->at_event);
  EXPECT_EQ(replayed.output(), "");
  EXPECT_EQ(replay.registers(kTid)->rdx, 3u);
  replayed.came_to<Reached>(replay.run_to(Order(1), Side::kAfter, Breakpoints::kHeed));
  EXPECT_EQ(replay.position()->order, Order(2));
  EXPECT_EQ(replayed.output(), "hi\n");
  EXPECT_EQ(replay.registers(kTid)->rax, 3u);
  const auto back = replay.run_to(Order(1), Side::kBefore, Breakpoints::kHeed);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().message, "event 1 has passed; a replay goes forwards only");
  replayed.run<Ended>();
}

TEST(Replay, StepsThroughInstructionsAndEvents) {
  Replayed replayed(hello_trace());
  Replay& replay = replayed.replay();
  for (int i = 0; i < 4; ++i) {
    replayed.came_to<Reached>(replay.step_instruction());
    EXPECT_FALSE(replay.position()->at_event) << i;
  }
  EXPECT_EQ(replay.position()->instruction, RemoteAddress(syscall_at(hello())));
  replayed.came_to<Reached>(replay.step_instruction());
  EXPECT_TRUE(replay.position()->at_event);
  EXPECT_EQ(replay.position()->order, Order(1));
  replayed.came_to<Reached>(replay.step_instruction());
  EXPECT_EQ(replay.position()->order, Order(2));
  EXPECT_EQ(replayed.output(), "hi\n");
  replayed.came_to<Reached>(replay.step_instruction());
  EXPECT_EQ(replay.registers(kTid)->rax, static_cast<std::uint64_t>(SYS_exit_group));
  replayed.run<Ended>();
  replayed.came_to<Ended>(replay.step_instruction());
}

TEST(Replay, ACallWithAnotherArgumentIsADivergence) {
  pb::Event write = write_event();
  write.mutable_call()->set_argument(0, 2);
  Replayed replayed(hello_trace(write));
  const Divergence divergence = replayed.run<Divergence>();
  EXPECT_EQ(divergence.subject, "argument 1 of write");
  EXPECT_EQ(divergence.expected, "0x2");
  EXPECT_EQ(divergence.found, "0x1");
  EXPECT_EQ(divergence.position.order, Order(1));
  EXPECT_EQ(replayed.output(), "");
  replayed.run<Divergence>();  // for ever
  const std::string story = report(divergence, replayed.replay(), replayed.reader());
  for (const char* part :
       {"event 1 of stream 1", "task 1000 of process 1000", "argument 1 of write",
        "write 2, \"hi\\n\", 3", "rip", "mov eax, 0xe7", "#0"})
    EXPECT_NE(story.find(part), std::string::npos) << part << " in:\n" << story;
}

TEST(Replay, ArgumentsDifferOnlyInBitsThatTheKernelLooksAt) {
  pb::Event write = write_event();
  write.mutable_call()->set_argument(0, 0x700000001);  // a descriptor has 32 bits
  Replayed replayed(hello_trace(write));
  replayed.run<Ended>();
}

TEST(Replay, AnotherCallIsADivergence) {
  pb::Event write = write_event();
  write.mutable_call()->set_number(SYS_read);
  Replayed replayed(hello_trace(write));
  const Divergence divergence = replayed.run<Divergence>();
  EXPECT_EQ(divergence.subject, "call");
  EXPECT_EQ(divergence.found, "write 1, \"hi\\n\", 3");
}

TEST(Replay, OtherMemoryThatACallReadsIsADivergence) {
  Replayed replayed(hello_trace(write_event(), "ho\n"));
  const Divergence divergence = replayed.run<Divergence>();
  EXPECT_EQ(divergence.subject, "memory behind argument 2 of write");
  EXPECT_EQ(divergence.expected, "\"hi\\n\"");
  EXPECT_EQ(divergence.found, "\"ho\\n\"");
}

TEST(Replay, OtherRegistersAreADivergence) {
  pb::Event write = write_event();
  write.mutable_state()->set_registers_hash(1);
  Replayed replayed(hello_trace(write));
  EXPECT_EQ(replayed.run<Divergence>().subject, "hash of the registers");
}

TEST(Replay, ACallElsewhereIsADivergence) {
  pb::Event write = write_event();
  write.mutable_state()->set_rip(kCode);
  Replayed replayed(hello_trace(write));
  EXPECT_EQ(replayed.run<Divergence>().subject, "instruction pointer");
}

TEST(Replay, AFaultInPlaceOfACallIsADivergence) {
  pb::Event start = image(kTid, {});  // no code: `add %al, (%rax)`
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, start);
  trace.add(stream, write_event());
  Replayed replayed(std::move(trace).read());
  const Divergence divergence = replayed.run<Divergence>();
  EXPECT_EQ(divergence.subject, "what happens");
  EXPECT_NE(divergence.found.find("SIGSEGV"), std::string::npos) << divergence.found;
}

TEST(Replay, WhatACallWroteIsInMemory) {
  pb::Event write = write_event();
  pb::Write& added = *write.mutable_call()->mutable_outcome()->add_write();
  added.set_address(kData + 100);
  added.set_data("from the kernel");
  Replayed replayed(hello_trace(write));
  Replay& replay = replayed.replay();
  replayed.came_to<Reached>(replay.run_to(Order(1), Side::kAfter, Breakpoints::kHeed));
  EXPECT_EQ(*read_string(ReplayedMemory(replay, kTid), RemoteAddress(kData + 100), 100),
            "from the kernel");
}

// ---- instructions and signals

ASSEMBLY(chance, "rdtsc; nop; nop; mov $231, %eax; mov $0, %edi; syscall")

TEST(Replay, InstructionsGiveWhatTheyGave) {
  const std::uint64_t trap = kCode + 2;
  pb::Event start = image(kTid, chance());
  start.mutable_image()->mutable_mapping(0)->add_trap(trap);
  start.mutable_image()->mutable_mapping(0)->set_protection(PROT_READ | PROT_EXEC);

  Registers r = start_registers();
  pb::Event rdtsc = instruction(kTid, r, pb::Instruction::RDTSC, 2);
  const auto gives = [](pb::Event& event, std::uint32_t number, std::uint64_t value) {
    pb::RegisterWrite& write = *event.mutable_instruction()->add_write();
    write.set_number(number);
    write.set_value(value);
  };
  gives(rdtsc, 0, 4711);
  gives(rdtsc, 2, 12);
  r.rip += 2, r.rax = 4711, r.rdx = 12;
  pb::Event cpuid = instruction(kTid, r, pb::Instruction::CPUID, 2);
  gives(cpuid, 3, 0xb);
  r.rbx = 0xb, r.rax = SYS_exit_group, r.rip = syscall_at(chance());
  Trace trace;
  const StreamId stream = trace.begin_stream();
  // The image's code is written after its traps were set; so the trap is part of it.
  std::string& code = *start.mutable_image()->mutable_memory(0)->mutable_data();
  code[2] = '\xcc';
  trace.add(stream, start);
  trace.add(stream, rdtsc);
  trace.add(stream, cpuid);
  trace.add(stream, entered(kTid, r, 1));
  trace.add(stream, exited(kTid, 0));
  Replayed replayed(std::move(trace).read());
  // Where a person sees it is at the instruction, not behind the trap.
  replayed.came_to<Reached>(replayed.replay().run_to(Order(2), Side::kBefore, Breakpoints::kHeed));
  EXPECT_EQ(replayed.replay().registers(kTid)->rip, trap);
  replayed.run<Ended>();
}

ASSEMBLY(faults, "mov 0x77, %eax; nop; mov $231, %eax; mov $0, %edi; syscall")

siginfo_t segv_at(std::uint64_t address) {
  siginfo_t info{};
  info.si_signo = SIGSEGV;
  info.si_code = SEGV_MAPERR;
  info.si_addr = RemoteAddress(address).as_pointer();
  return info;
}

TEST(Replay, AFaultEntersTheHandlerAsRecorded) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image(kTid, faults()));
  pb::Event signal = fault(kTid, start_registers(), segv_at(0x77));
  pb::Handler& handler = *signal.mutable_signal()->mutable_handler();
  pb::Write& frame = *handler.add_write();
  frame.set_address(kStackTop - 0x200);
  frame.set_data("frame");
  Registers r = start_registers();
  r.rip = address_of(faults(), {0x90}), r.rsp = kStackTop - 0x200, r.rdi = SIGSEGV;
  *handler.mutable_registers() = to_trace(r);
  trace.add(stream, signal);
  r.rax = SYS_exit_group, r.rdi = 0, r.rip = syscall_at(faults());
  trace.add(stream, entered(kTid, r, 1));
  trace.add(stream, exited(kTid, 0));
  Replayed replayed(std::move(trace).read());
  Replay& replay = replayed.replay();
  replayed.came_to<Reached>(replay.run_to(Order(1), Side::kAfter, Breakpoints::kHeed));
  EXPECT_EQ(*read_string(ReplayedMemory(replay, kTid), RemoteAddress(kStackTop - 0x200), 100),
            "frame");
  replayed.run<Ended>();
}

TEST(Replay, AFaultAtAnotherAddressIsADivergence) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image(kTid, faults()));
  pb::Event signal = fault(kTid, start_registers(), segv_at(0x78));
  signal.mutable_signal()->set_fatal(true);
  trace.add(stream, signal);
  Replayed replayed(std::move(trace).read());
  EXPECT_EQ(replayed.run<Divergence>().subject, "signal");
}

TEST(Replay, ATraceThatEndsInTheMiddleIsNoDivergence) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image(kTid, hello(), "hi\n"));
  trace.add(stream, write_event());
  Replayed replayed(std::move(trace).read());
  EXPECT_EQ(replayed.run<Ended>().tasks_left, 1u);
  EXPECT_EQ(replayed.output(), "hi\n");
}

// ---- tasks

/// fork(); the child exits with status 2, the parent with 1.
ASSEMBLY(forks,
         "mov $57, %eax; syscall; cmp $0, %rax; mov $231, %eax; mov $1, %edi; jnz 1f;"
         "mov $2, %edi; 1: syscall")
constexpr Tid kChild{2000};

struct Forked {
  Order created{};
  StreamId parent{}, child{};
};

Forked add_fork(Trace& trace) {
  Forked forked;
  forked.parent = trace.begin_stream();
  trace.add(forked.parent, image(kTid, forks()));
  forked.child = trace.begin_stream();
  Registers r = start_registers();
  r.rax = SYS_fork, r.rip = syscall_at(forks());
  trace.add(forked.parent, entered(kTid, r, 0));
  pb::Event created = event(kTid);
  created.mutable_created()->set_tid(kChild.value());
  created.mutable_created()->set_pid(kChild.value());
  created.mutable_created()->set_stream(static_cast<std::uint32_t>(forked.child.value()));
  Registers child = r;
  child.rip += 2, child.rax = 0, child.rcx = child.rip, child.r11 = 0x202;
  *created.mutable_created()->mutable_registers() = to_trace(child);
  forked.created = trace.add(forked.parent, created);
  pb::Event begins = event(kChild);
  begins.mutable_forked()->set_pid(kChild.value());
  begins.mutable_forked()->set_parent_pid(kTid.value());
  begins.mutable_forked()->set_parent_stream(static_cast<std::uint32_t>(forked.parent.value()));
  begins.mutable_forked()->set_parent_order(forked.created.value());
  trace.add(forked.child, begins);
  trace.add(forked.parent, returned(kTid, SYS_fork, kChild.value()));
  r.rax = SYS_exit_group, r.rip = syscall_at(forks(), 1);
  r.rdi = 2, r.eflags = 0x246;
  trace.add(forked.child, entered(kChild, r, 1));
  r.rdi = 1, r.eflags = 0x202;
  trace.add(forked.parent, entered(kTid, r, 1));
  trace.add(forked.child, exited(kChild, 2));
  trace.add(forked.parent, exited(kTid, 1));
  return forked;
}

TEST(Replay, AForkGoesTwoWays) {
  Trace trace;
  const Forked forked = add_fork(trace);
  Replayed replayed(std::move(trace).read());
  Replay& replay = replayed.replay();
  replayed.came_to<Reached>(replay.run_to(forked.created, Side::kAfter, Breakpoints::kHeed));
  EXPECT_EQ(replay.tasks().size(), 2u);
  EXPECT_EQ(replay.processes().size(), 2u);
  EXPECT_EQ(replay.mappings(forked.child).size(), replay.mappings(forked.parent).size());
  EXPECT_EQ(replayed.run<Ended>().tasks_left, 0u);
}

TEST(Replay, OneProcessAloneBeginsAtItsFork) {
  Trace trace;
  const Forked forked = add_fork(trace);
  Replayed replayed(std::move(trace).read(), Pid(kChild.value()));
  const Position position = replayed.replay().position().value();
  EXPECT_EQ(position.stream, forked.child);
  EXPECT_EQ(position.event, EventId(1));
  EXPECT_EQ(position.tid, kChild);
  replayed.run<Ended>();
}

TEST(Replay, OneProcessAloneDoesWithoutItsChildren) {
  Trace trace;
  (void)add_fork(trace);
  Replayed replayed(std::move(trace).read(), Pid(kTid.value()));
  replayed.run<Ended>();
  EXPECT_TRUE(replayed.replay().processes().empty());
}

TEST(Replay, AProcessThatIsNotInTheTraceIsAnError) {
  Replayed replayed(hello_trace(), Pid(5));
  EXPECT_EQ(replayed.error(), "made.pb: there is no process 5");
}

}  // namespace
}  // namespace mecrr::hand_made
