// Logs that the real agent answers, in a program whose call sites lead to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include <atomic>
#include <chrono>
#include <csignal>

#include "device/agent/state.h"
#include "device/patching/patch_window.h"
#include "device/ptrace/ptrace_device.h"
#include "tests/replayer/hand_made.h"
#include "tests/support/call_log_maker.h"

namespace mecrr::hand_made {
namespace {

using testing::HasSubstr;

constexpr StreamId kStream{1};
constexpr std::size_t kWindow = 5;  // mov $number, %eax
constexpr std::uint64_t kStubs = 0x410000;
constexpr std::uint64_t kStubRoom = 0x40;

/// getpid; read(3, data, 8); write(1, data, 8); exit_group(1).
ASSEMBLY(program,
         "mov $39, %eax; syscall; mov $0x500000, %esi; mov $3, %edi; mov $8, %edx; mov $0, %eax; "
         "syscall; mov $1, %edi; mov $1, %eax; syscall; nop; mov $231, %eax; syscall")

pb::Patch patch(ByteView code, int nth) {
  const RemoteAddress call(syscall_at(code, nth));
  const RemoteAddress site = call - kWindow;
  const auto window = PatchWindow::of(code.subspan(site.value() - kCode, kWindow));
  const RemoteAddress stub(kStubs + static_cast<std::uint64_t>(nth) * kStubRoom);
  const auto made = emit(window.value(), {.site = site, .stub = stub});
  pb::Patch patch;
  patch.set_site(made->site.value());
  patch.set_code(std::string(as_text(made->code)));
  patch.set_stub(made->stub.value());
  patch.set_stub_code(std::string(as_text(made->stub_code)));
  return patch;
}

pb::Event patched_image(ByteView code, int sites) {
  pb::Event start = image(kTid, code, "........");
  for (int nth = 0; nth < sites; ++nth) *start.mutable_image()->add_patch() = patch(code, nth);
  return start;
}

LoggedCall logged(int nth, std::uint16_t number, std::vector<std::uint64_t> arguments) {
  return {.number = number,
          .arguments = std::move(arguments),
          .result = 8,
          .rip = syscall_at(program(), nth) + 2,
          .rsp = kStackTop};
}

/// What the program does before it exits.
struct Log {
  LoggedCall getpid = logged(0, SYS_getpid, {});
  LoggedCall read = logged(1, SYS_read, {3, kData, 8});
  LoggedCall write = logged(2, SYS_write, {1, kData, 8});
  std::uint64_t read_to = kData;
  std::string read_bytes = "contents";
  std::string written = "contents";

  CallLogMaker maker() {
    write.output = pb::OUTPUT_STDOUT;
    CallLogMaker log;
    log.call(getpid);
    log.call(read).written(read_to, read_bytes);
    log.call(write).shown(kData, written);
    return log;
  }
};

std::unique_ptr<Reader> trace_with(Log log) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, patched_image(program(), 4));
  trace.add(stream, log.maker().event(kTid.value()));
  Registers r = start_registers();
  r.rip = syscall_at(program(), 3), r.rax = SYS_exit_group;
  r.rdi = 1, r.rsi = kData, r.rdx = 8;
  trace.add(stream, entered(kTid, r, 1));
  trace.add(stream, exited(kTid, 1));
  return std::move(trace).read();
}

std::string data_of(Replayed& replayed) {
  const ReplayedMemory memory(replayed.replay(), kTid);
  return std::string(as_text(*read_bytes(memory, RemoteAddress(kData), 8)));
}

template <class T>
T run_to(Replayed& replayed, std::uint64_t order, Side side) {
  return replayed.came_to<T>(replayed.replay().run_to(Order(order), side, Breakpoints::kHeed));
}

Registers registers_of(Replayed& replayed) { return *replayed.replay().registers(kTid); }

/// cpuid, whose place has an int3 as in a recording; exit_group(ebx).
ASSEMBLY(asking, "mov $7, %eax; int3; .byte 0xa2; mov %ebx, %edi; mov $231, %eax; syscall")
constexpr std::uint64_t kCpuid = kCode + kWindow;
constexpr std::uint32_t kAnswer = 42;

/// As the log of a recording whose agent has answered.
std::unique_ptr<Reader> asking_trace() {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  pb::Event start = image(kTid, asking());
  pb::Image& image = *start.mutable_image();
  image.mutable_mapping(0)->add_trap(kCpuid);
  const auto window = PatchWindow::of(asking().first(kWindow), LedInstruction::kCpuid);
  const auto made = emit(window.value(), {RemoteAddress(kCode), RemoteAddress(kStubs)});
  pb::Patch& patch = *image.add_patch();
  patch.set_site(kCode);
  patch.set_code(std::string(as_text(made->code)));
  patch.set_stub(kStubs);
  patch.set_stub_code(std::string(as_text(made->stub_code)));
  pb::CpuidRow& row = *image.add_cpuid();
  row.set_leaf(7);
  row.set_any_subleaf(true);
  row.set_ebx(kAnswer);
  trace.add(stream, std::move(start));
  Registers r = start_registers();
  r.rip = syscall_at(asking()), r.rax = SYS_exit_group;
  r.rbx = r.rdi = kAnswer, r.rcx = r.rdx = 0;
  trace.add(stream, entered(kTid, r, 1));
  trace.add(stream, exited(kTid, 1));
  return std::move(trace).read();
}

TEST(AgentCpuid, IsAnsweredAsInTheRecording) {
  Replayed replayed(asking_trace());
  EXPECT_EQ(replayed.run<Ended>().tasks_left, 0u);
}

TEST(AgentCpuid, IsOneStepOfTheOriginalCode) {
  Replayed replayed(asking_trace());
  std::vector<std::uint64_t> stood;
  for (int i = 0; i < 4; ++i) {
    replayed.came_to<Reached>(replayed.replay().step_instruction());
    stood.push_back(registers_of(replayed).rip);
  }
  EXPECT_THAT(stood, testing::ElementsAre(kCpuid, kCpuid + 2, kCpuid + 4, kCpuid + 9));
  EXPECT_EQ(registers_of(replayed).rbx, kAnswer);
  replayed.run<Ended>();
}

TEST(AgentCpuid, IsAnsweredWhoeverHasSteppedUpToIt) {
  Replayed replayed(asking_trace());
  replayed.came_to<Reached>(replayed.replay().step_instruction());
  replayed.run<Ended>();
}

TEST(AgentCpuid, StopsAtBreakpoints) {
  for (const std::uint64_t at : {kCpuid, kCpuid + 2}) {
    Replayed replayed(asking_trace());
    ASSERT_TRUE(replayed.replay().add_breakpoint({kStream, RemoteAddress(at)}));
    EXPECT_EQ(replayed.run<BreakpointHit>().address, RemoteAddress(at));
    replayed.run<Ended>();
  }
}

TEST(Agent, AnswersALogAndShowsWhatIsWritten) {
  Replayed replayed(trace_with({}));
  EXPECT_EQ(replayed.run<Ended>().tasks_left, 0u);
  EXPECT_EQ(replayed.output(), "contents");
}

TEST(Agent, LeavesRegistersAndMemoryAsTheKernelWould) {
  Replayed replayed(trace_with({}));
  run_to<Reached>(replayed, 2, Side::kAfter);
  EXPECT_EQ(data_of(replayed), "contents");
  const Registers r = registers_of(replayed);
  EXPECT_EQ(r.rip, syscall_at(program(), 1) + 2);
  EXPECT_EQ(r.rcx, r.rip);
  EXPECT_EQ(r.rax, 8u);
  EXPECT_EQ(r.rdx, 8u);
  EXPECT_EQ(r.rsp, kStackTop);
  EXPECT_EQ(r.r11 & kProgramFlags, r.eflags & kProgramFlags);
}

TEST(Agent, IsEnteredAndLeftAtEachCall) {
  for (std::uint64_t order = 1; order <= 3; ++order) {
    Replayed replayed(trace_with({}));
    run_to<Reached>(replayed, order, Side::kBefore);
    EXPECT_TRUE(replayed.replay().position()->at_event);
    EXPECT_EQ(registers_of(replayed).rip, syscall_at(program(), static_cast<int>(order) - 1) + 2);
    run_to<Reached>(replayed, order, Side::kAfter);
    replayed.run<Ended>();
    EXPECT_EQ(replayed.output(), "contents");
  }
}

TEST(Agent, IsNotSeenByWhoStepsThroughALog) {
  Replayed replayed(trace_with({}));
  int steps = 0;
  while (replayed.replay().position()->order < Order(4)) {
    replayed.came_to<Reached>(replayed.replay().step_instruction());
    const std::uint64_t rip = registers_of(replayed).rip;
    EXPECT_TRUE(rip >= kCode && rip < kCode + program().size()) << std::hex << rip;
    ++steps;
  }
  EXPECT_EQ(steps, 13);  // 10 instructions; and each of the 3 calls once more, to be answered
  replayed.run<Ended>();
}

TEST(Agent, StopsAtBreakpointsBetweenCalls) {
  Replayed replayed(trace_with({}));
  const std::uint64_t behind = syscall_at(program(), 1) + 2;
  ASSERT_TRUE(replayed.replay().add_breakpoint({kStream, RemoteAddress(behind)}));
  EXPECT_EQ(replayed.run<BreakpointHit>().address.value(), behind);
  EXPECT_EQ(replayed.replay().position()->order, Order(3));
  EXPECT_EQ(data_of(replayed), "contents");
  replayed.run<Ended>();
  EXPECT_EQ(replayed.output(), "contents");
}

TEST(Agent, StopsAtBreakpointsInWindows) {
  for (const std::uint64_t before : {kWindow, std::size_t{0}}) {
    Replayed replayed(trace_with({}));
    const RemoteAddress at(syscall_at(program(), 1) - before);
    ASSERT_TRUE(replayed.replay().add_breakpoint({kStream, at}));
    EXPECT_EQ(replayed.run<BreakpointHit>().address, at);
    EXPECT_EQ(replayed.replay().position()->order, Order(2));
    replayed.run<Ended>();
    EXPECT_EQ(replayed.output(), "contents");
  }
}

Divergence divergence_with(Log log) {
  Replayed replayed(trace_with(std::move(log)));
  return replayed.run<Divergence>();
}

TEST(Agent, ADifferenceIsToldAsWithoutIt) {
  Log log;
  log.read.arguments[2] = 9;
  auto divergence = divergence_with(log);
  EXPECT_EQ(divergence.position.order, Order(2));
  EXPECT_EQ(divergence.subject, "argument 3 of read");

  log = {};
  log.write.number = SYS_pwrite64;
  EXPECT_EQ(divergence_with(log).subject, "call");

  log = {};
  log.written = "contexts";
  divergence = divergence_with(log);
  EXPECT_EQ(divergence.position.order, Order(3));
  EXPECT_EQ(divergence.subject, "memory behind argument 2 of write");

  log = {};
  log.getpid.rsp += 8;
  divergence = divergence_with(log);
  EXPECT_EQ(divergence.position.order, Order(1));
  EXPECT_EQ(divergence.subject, "stack pointer");

  log = {};
  log.read.rip += 1;
  EXPECT_EQ(divergence_with(log).subject, "instruction pointer");
}

TEST(Agent, ArgumentsDifferOnlyInBitsThatTheKernelLooksAt) {
  Log log;
  log.read.arguments[0] = 3 + (std::uint64_t{1} << 32);
  Replayed replayed(trace_with(log));
  replayed.run<Ended>();
  EXPECT_EQ(replayed.output(), "contents");
}

TEST(Agent, AWriteToWhereNothingIsMappedIsAnError) {
  for (const std::uint64_t address : {std::uint64_t{0x900000}, kData + 0xffc, std::uint64_t{0},
                                      std::uint64_t{0xffffffff00000000}, agent::kState}) {
    Log log;
    log.read_to = address;
    Replayed replayed(trace_with(log));
    EXPECT_THAT(replayed.error(), HasSubstr("event 2 of stream 1")) << std::hex << address;
  }
}

/// Calls getpid 20,000 times, and counts.
ASSEMBLY(counts,
         "1: mov $39, %eax; syscall; inc %ebx; cmp $20000, %ebx; jb 1b; mov $231, %eax; syscall")
constexpr std::uint64_t kCount = 20'000;

std::unique_ptr<Reader> counting_trace() {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, patched_image(counts(), 2));
  CallLogMaker log;
  for (std::uint64_t i = 0; i < kCount; ++i)
    log.call({.number = SYS_getpid, .rip = syscall_at(counts()) + 2, .rsp = kStackTop});
  trace.add(stream, log.event(kTid.value()));
  Registers r = start_registers();
  r.rip = syscall_at(counts(), 1), r.rax = SYS_exit_group, r.rbx = kCount, r.eflags = 0x246;
  trace.add(stream, entered(kTid, r, 1));
  trace.add(stream, exited(kTid, 0));
  return std::move(trace).read();
}

std::atomic<bool> is_interrupted{false};

/// While it lives, SIGALRM interrupts a replay.
class Alarm {
 public:
  Alarm() {
    struct sigaction action{};
    action.sa_handler = [](int) { is_interrupted = true; };
    ::sigaction(SIGALRM, &action, &former_);
  }
  ~Alarm() {
    set({});  // none
    ::sigaction(SIGALRM, &former_, nullptr);
  }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  void set(std::chrono::microseconds in) {
    is_interrupted = false;
    itimerval once{};
    once.it_value.tv_usec = in.count();
    ::setitimer(ITIMER_REAL, &once, nullptr);
  }

 private:
  struct sigaction former_{};
};

TEST(Agent, WhenInterruptedItHasDoneAsManyCallsAsThePositionSays) {
  const auto reader = counting_trace();
  const auto device = PtraceDevice::create();
  ReplayOptions options;
  options.interrupted = &is_interrupted;
  Alarm alarm;
  const auto replay = Replay::open(*reader, *device, std::move(options)).value();
  while (true) {
    alarm.set(std::chrono::microseconds(300));
    const Advance advance = replay->run(Breakpoints::kHeed).value();
    if (!std::holds_alternative<Interrupted>(advance)) {
      EXPECT_TRUE(std::holds_alternative<Ended>(advance)) << advance.index();
      break;
    }
    const Registers r = replay->registers(kTid).value();
    const Position at = replay->position().value();
    const std::uint64_t called = at.order.value() - 1;
    ASSERT_TRUE(r.rip >= kCode && r.rip <= kCode + counts().size()) << std::hex << r.rip;
    const bool is_behind_call = r.rip == syscall_at(counts()) + 2 && !at.at_event;
    EXPECT_EQ(r.rbx, called - (is_behind_call ? 1 : 0)) << std::hex << r.rip;
  }
}

/// The window's first instruction faults.
ASSEMBLY(faults, "xor %edi, %edi; mov (%rdi), %rax; xchg %ax, %ax; syscall")

TEST(Agent, AFaultInAStubIsTheProgramsOwn) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, patched_image(faults(), 1));
  siginfo_t info{};
  info.si_signo = SIGSEGV;
  info.si_code = SEGV_MAPERR;
  Registers r = start_registers();
  r.rip = kCode + 2;
  r.eflags = 0x246;
  pb::Event signal = fault(kTid, r, info);
  signal.mutable_signal()->set_fatal(true);
  trace.add(stream, signal);
  pb::Event end = event(kTid);
  end.mutable_exited()->set_signal(SIGSEGV);
  end.mutable_exited()->set_process(true);
  trace.add(stream, end);
  Replayed replayed(std::move(trace).read());
  EXPECT_EQ(replayed.run<Ended>().tasks_left, 0u);
}

/// Says that more has been answered than there was.
ASSEMBLY(lies, "mov $0x20010, %eax; movq $0x1000, (%rax); mov $39, %eax; syscall")

TEST(Agent, WhoWritesOverItsMemoryIsFoundOut) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image(kTid, lies()));
  CallLogMaker log;
  log.call({.number = SYS_getpid, .rip = syscall_at(lies()) + 2, .rsp = kStackTop});
  log.call({.number = SYS_getpid, .rip = syscall_at(lies()) + 2, .rsp = kStackTop});
  trace.add(stream, log.event(kTid.value()));
  Replayed replayed(std::move(trace).read());
  EXPECT_THAT(replayed.error(), HasSubstr("has written over mecrr's own memory"));
}

}  // namespace
}  // namespace mecrr::hand_made
