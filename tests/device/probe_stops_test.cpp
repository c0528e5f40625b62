// Probes, and what else may happen to a task: breakpoints, faults, signals, forks, other tasks.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <random>

#include "device/probe.h"
#include "tests/device/blank_task.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kData = 0x500000;
constexpr std::uint8_t kRbx = 3;
constexpr std::uint64_t kForever = ~std::uint64_t{0};
const Bytes kBreakpoint = code({0xcc});

//     mov $rounds, %ecx
// at: lea 8(%rbx), %rdx
// in: inc %ebx
//     mov %rbx, (%rsi)
//     dec %ecx
//     jnz at
//     syscall
constexpr RemoteAddress kAt{kCode + 5}, kIn{kCode + 9};
Bytes loop(int rounds) {
  return code({0xb9,
               rounds & 255,
               rounds >> 8 & 255,
               rounds >> 16 & 255,
               rounds >> 24,  //
               0x48,
               0x8d,
               0x53,
               0x08,  //
               0xff,
               0xc3,  //
               0x48,
               0x89,
               0x1e,  //
               0xff,
               0xc9,  //
               0x75,
               0xf3,  //
               0x0f,
               0x05});
}

/// A blank task before that loop, or other code.
class Looping : public BlankTask {
 public:
  explicit Looping(const Bytes& code) : BlankTask(code), code_(code) {
    MECRR_CHECK(*task().perform(map_call(kData, 0x1000)) == kData);
    Registers registers = *task().registers();
    registers.rax = registers.rbx = registers.rcx = registers.rdx = 0;
    registers.rsi = kData;
    MECRR_CHECK(task().set_registers(registers));
  }

  ProbeKind put(const Probe& probe) {
    const auto kind = task().put_probe(probe);
    MECRR_CHECK(kind.has_value(), "{}", kind.error().message);
    return *kind;
  }
  void write(RemoteAddress at, const Bytes& bytes) { MECRR_CHECK(task().write(at, bytes)); }
  bool has_original_code() {
    return *read_bytes(task(), RemoteAddress(kCode), code_.size()) == code_;
  }
  std::uint64_t rip() { return task().registers()->rip; }
  void set_rip(RemoteAddress to) {
    Registers registers = *task().registers();
    registers.rip = to.value();
    MECRR_CHECK(task().set_registers(registers));
  }

 private:
  Bytes code_;
};

Probe counting(RemoteAddress at) {
  return {.at = at, .registers = {}, .flags = {}, .words = {}, .skip = kForever};
}

Probe rbx_is(std::uint64_t value) {
  return {.at = kAt, .registers = {{kRbx, value}}, .flags = {}, .words = {}};
}

TEST(Probe, IsAJumpWhereItCanBe) {
  Looping blank(loop(3));
  EXPECT_EQ(blank.put(counting(kAt)), ProbeKind::kJump);
  ASSERT_TRUE(blank.task().take_probe());
  EXPECT_EQ(blank.put(counting(RemoteAddress(kCode + 18))), ProbeKind::kTrap);
}

TEST(Probe, IsOneAtATimeAndSound) {
  Looping blank(loop(3));
  EXPECT_FALSE(blank.task().take_probe());
  Probe bad = counting(kAt);
  bad.words = {{RemoteAddress(kData), 3, 0}};
  EXPECT_FALSE(blank.task().put_probe(bad));
  bad.words.assign(kMaxProbeWords + 1, {RemoteAddress(kData), 8, 0});
  EXPECT_FALSE(blank.task().put_probe(bad));
  bad.words.clear();
  bad.registers = {{16, 0}};
  EXPECT_FALSE(blank.task().put_probe(bad));
  bad.registers.clear();
  blank.put(bad);
  EXPECT_FALSE(blank.task().put_probe(bad));
  EXPECT_TRUE(blank.task().take_probe());
  blank.put(bad);
}

TEST(Probe, WithTheMostThatItCompares) {
  Looping blank(loop(3));
  Probe probe = counting(kAt);
  const Registers registers = *blank.task().registers();
  for (const std::uint8_t number : {0, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    if (number != 2) probe.registers.push_back({number, general_register(registers, number)});
  probe.words.assign(kMaxProbeWords, {RemoteAddress(kData + 8), 8, 0x123456789abcdef0});
  const std::uint64_t value = 0x123456789abcdef0;
  ASSERT_TRUE(blank.task().write(RemoteAddress(kData + 8), object_bytes(value)));
  probe.flags = 0;
  blank.put(probe);
  stop_of<Called>(blank.after(kRun));
  const ProbeCounts counts = *blank.task().take_probe();
  EXPECT_EQ(counts.hits, 3u);
  EXPECT_LE(counts.matches, 3u);
}

TEST(Probe, StandingThereIsNotComingThere) {
  Looping blank(loop(3));
  blank.set_rip(kAt);
  Registers registers = *blank.task().registers();
  registers.rcx = 3;
  ASSERT_TRUE(blank.task().set_registers(registers));
  blank.put(rbx_is(0));
  stop_of<Called>(blank.after(kRun));
  EXPECT_EQ(blank.task().take_probe()->hits, 2u);
}

TEST(Probe, ABreakpointAtTheSamePlaceIsHitAsWell) {
  Looping blank(loop(5));
  blank.put(rbx_is(3));
  const Bytes original = code({0x48});
  int hits = 0;
  while (true) {
    blank.write(kAt, kBreakpoint);
    const Report report = blank.after(kRun);
    blank.write(kAt, original);
    EXPECT_TRUE(blank.has_original_code());
    if (std::holds_alternative<Called>(report.stop)) break;
    if (std::holds_alternative<Probed>(report.stop)) {
      EXPECT_EQ(blank.task().registers()->rbx, 3u);
      EXPECT_EQ(blank.rip(), kAt.value());
    } else {
      EXPECT_EQ(stop_of<Signaled>(report).info.si_signo, SIGTRAP);
      ASSERT_EQ(blank.rip(), kAt.value() + 1);
      blank.set_rip(kAt);
      ++hits;
    }
    stop_of<Stepped>(blank.after(SingleStep{}));
  }
  EXPECT_EQ(hits, 4);
  const ProbeCounts counts = *blank.task().take_probe();
  EXPECT_EQ(counts.hits, 5u);
  EXPECT_EQ(counts.matches, 1u);
}

// Behind its int3 the task stands where the probe is, and has not come there.
TEST(Probe, ABreakpointRightBeforeItIsToldFirst) {
  Bytes program = loop(5);
  const Bytes original = code({0x90});
  program.insert(program.begin() + (kAt.value() - kCode), original.front());
  program[program.size() - 3] = std::byte{0xf2};  // jnz to the nop
  Looping blank(program);
  Probe probe = rbx_is(3);
  probe.at = kAt + 1;
  blank.put(probe);
  for (std::uint64_t round = 0; round < 5; ++round) {
    blank.write(kAt, kBreakpoint);
    EXPECT_EQ(stop_of<Signaled>(blank.after(kRun)).info.si_signo, SIGTRAP);
    blank.write(kAt, original);
    ASSERT_EQ(blank.rip(), probe.at.value());
    EXPECT_EQ(blank.task().registers()->rbx, round);
    blank.set_rip(kAt);
    const Report report = blank.after(SingleStep{});
    EXPECT_EQ(std::holds_alternative<Probed>(report.stop), round == 3);
    EXPECT_EQ(blank.rip(), probe.at.value());
  }
  stop_of<Called>(blank.after(kRun));
  const ProbeCounts counts = *blank.task().take_probe();
  EXPECT_EQ(counts.hits, 5u);
  EXPECT_EQ(counts.matches, 1u);
}

TEST(Probe, ABreakpointAmongTheInstructionsThatGiveWayIsHit) {
  Looping blank(loop(5));
  blank.put(counting(kAt));
  const Bytes original = code({0xff});
  for (int round = 0; round < 5; ++round) {
    blank.write(kIn, kBreakpoint);
    EXPECT_EQ(stop_of<Signaled>(blank.after(kRun)).info.si_signo, SIGTRAP);
    blank.write(kIn, original);
    ASSERT_EQ(blank.rip(), kIn.value() + 1);
    EXPECT_EQ(blank.task().registers()->rbx, static_cast<std::uint64_t>(round));
    blank.set_rip(kIn);
    stop_of<Stepped>(blank.after(SingleStep{}));
  }
  stop_of<Called>(blank.after(kRun));
  EXPECT_EQ(blank.task().take_probe()->hits, 5u);
}

TEST(Probe, CodeThatTheProgramChangesStaysChanged) {
  //     mov $3, %ecx; at: lea 8(%rbx), %rdx; inc %ebx; movb $0x10, at + 3; dec %ecx; jnz at;
  //     syscall
  Bytes program = loop(3);
  const Bytes changed = code({0xc6, 0x04, 0x25, 0x08, 0x00, 0x40, 0x00, 0x10});
  program.erase(program.begin() + 11, program.begin() + 14);
  program.insert(program.begin() + 11, changed.begin(), changed.end());
  program[program.size() - 3] = std::byte{0xee};
  Looping blank(program);
  blank.put(counting(kAt));
  (void)blank.after(kRun);
  EXPECT_EQ(*read_bytes(blank.task(), kAt, 4), code({0x48, 0x8d, 0x53, 0x10}));
}

TEST(Probe, AFaultOfAMovedInstructionIsTheProgramsOwn) {
  // at: inc %ebx; mov (%rdi), %eax; dec %ecx; syscall
  Looping blank(code({0xb9, 1, 0, 0, 0, 0xff, 0xc3, 0x8b, 0x07, 0xff, 0xc9, 0x0f, 0x05}));
  ASSERT_EQ(blank.put(counting(kAt)), ProbeKind::kJump);
  Registers registers = *blank.task().registers();
  registers.rdi = 0x1234;
  ASSERT_TRUE(blank.task().set_registers(registers));
  const siginfo_t info = stop_of<Signaled>(blank.after(kRun)).info;
  EXPECT_EQ(info.si_signo, SIGSEGV);
  EXPECT_EQ(RemoteAddress::of(info.si_addr).value(), 0x1234u);
  registers = *blank.task().registers();
  EXPECT_EQ(registers.rip, kAt.value() + 2);
  EXPECT_EQ(registers.rbx, 1u);
  EXPECT_EQ(registers.rcx, 1u);
  EXPECT_TRUE(blank.has_original_code());
  registers.rdi = kData;
  ASSERT_TRUE(blank.task().set_registers(registers));
  stop_of<Called>(blank.after(kRun));
  registers = *blank.task().registers();
  EXPECT_EQ(registers.rbx, 1u);
  EXPECT_EQ(registers.r10, 0u);
  EXPECT_EQ(blank.task().take_probe()->hits, 1u);
}

TEST(Probe, AFaultOfAMovedCallLeavesTheStackPointerAlone) {
  // at: call to itself, with no stack
  Looping blank(code({0xb9, 1, 0, 0, 0, 0xe8, 0, 0, 0, 0, 0x0f, 0x05}));
  ASSERT_EQ(blank.put(counting(kAt)), ProbeKind::kJump);
  Registers registers = *blank.task().registers();
  registers.rsp = 0x700000;
  ASSERT_TRUE(blank.task().set_registers(registers));
  EXPECT_EQ(stop_of<Signaled>(blank.after(kRun)).info.si_signo, SIGSEGV);
  registers = *blank.task().registers();
  EXPECT_EQ(registers.rip, kAt.value());
  EXPECT_EQ(registers.rsp, 0x700000u);
}

TEST(Probe, AWordThatCannotBeReadIsNotEqual) {
  for (const std::uint64_t address : {0x1000ULL, 0x8000'0000'0000'0000ULL, kData + 0xffcULL}) {
    Looping blank(loop(20));
    Probe probe = rbx_is(7);
    probe.words = {{RemoteAddress(address), 8, 0}};
    ASSERT_EQ(blank.put(probe), ProbeKind::kJump);
    stop_of<Called>(blank.after(kRun));
    EXPECT_EQ(blank.task().registers()->rbx, 20u);
    EXPECT_EQ(blank.task().registers()->rax, ~std::uint64_t{37});  // -ENOSYS
    EXPECT_TRUE(blank.has_original_code());
    const ProbeCounts counts = *blank.task().take_probe();
    EXPECT_EQ(counts.hits, 20u);
    EXPECT_EQ(counts.matches, 0u);
  }
}

TEST(Probe, WordsOfAllSizesAreCompared) {
  const std::uint64_t there = 0xf123456789abcdef;
  for (const std::uint8_t bytes : {1, 2, 4, 8}) {
    for (const std::uint64_t more : {0, 1}) {
      Looping blank(loop(20));
      blank.write(RemoteAddress(kData + 0x100), to_bytes(object_bytes(there)));
      Probe probe = rbx_is(7);
      const std::uint64_t mask =
          bytes == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * bytes) - 1;
      probe.words = {{RemoteAddress(kData + 0x100), bytes, (there & mask) + more}};
      ASSERT_EQ(blank.put(probe), ProbeKind::kJump);
      EXPECT_EQ(std::holds_alternative<Probed>(blank.after(kRun).stop), more == 0) << int{bytes};
    }
  }
}

TEST(Probe, AForkHasNone) {
  Looping blank(loop(9));
  blank.put(rbx_is(4));
  const std::int64_t child = blank.task().perform({SYS_clone, {SIGCHLD}}).value();
  Report born = blank.next();
  ASSERT_EQ(born.tid.value(), child);
  EXPECT_EQ(*read_bytes(*born.task, RemoteAddress(kCode), loop(9).size()), loop(9));
  EXPECT_FALSE(born.task->take_probe());
  ASSERT_TRUE(born.task->set_registers(*blank.task().registers()));
  ASSERT_TRUE(std::move(*born.task).resume(kRun));
  stop_of<Called>(blank.next());
  stop_of<Probed>(blank.after(kRun));
  EXPECT_EQ(blank.task().take_probe()->hits, 5u);
}

TEST(Probe, AnotherTaskOfItsMemoryComesToItToo) {
  Looping blank(loop(9));
  constexpr std::uint64_t kThread =
      CLONE_VM | CLONE_THREAD | CLONE_SIGHAND | CLONE_FS | CLONE_FILES;
  blank.put(rbx_is(4));
  ASSERT_GT(blank.task().perform({SYS_clone, {kThread}}).value(), 0);
  Report born = blank.next();
  Registers registers = *blank.task().registers();
  ASSERT_TRUE(born.task->set_registers(registers));
  ASSERT_TRUE(std::move(*born.task).resume(kRun));
  Report probed = blank.next();
  stop_of<Probed>(probed);
  EXPECT_EQ(probed.tid, born.tid);
  EXPECT_EQ(probed.task->registers()->rbx, 4u);
  EXPECT_TRUE(blank.has_original_code());
  stop_of<Probed>(blank.after(kRun));
  EXPECT_EQ(probed.task->take_probe()->hits, 10u);
  EXPECT_FALSE(blank.task().take_probe());
  ASSERT_TRUE(std::move(*probed.task).resume(kRun));
  stop_of<Called>(blank.next());
  stop_of<Called>(blank.after(kRun));
}

TEST(Probe, ATaskThatIsKilledWhileItRunsLeavesTheCodeAsItWas) {
  Looping blank(code({0xb9, 0, 0, 0, 0, 0x48, 0x8d, 0x53, 0x08, 0xff, 0xc3, 0xeb, 0xf8}));
  blank.put(counting(kAt));
  constexpr std::uint64_t kSharing = CLONE_VM | SIGCHLD;
  const std::int64_t other = blank.task().perform({SYS_clone, {kSharing}}).value();
  Report born = blank.next();
  Registers registers = *blank.task().registers();
  ASSERT_TRUE(born.task->set_registers(registers));
  ASSERT_TRUE(std::move(*born.task).resume(kRun));
  ASSERT_EQ(::kill(static_cast<pid_t>(other), SIGKILL), 0);
  stop_of<Exited>(blank.next());
  EXPECT_TRUE(blank.has_original_code());
  EXPECT_TRUE(blank.task().take_probe());
}

std::uint64_t mappings(StoppedTask& task) {
  std::uint64_t lines = 0;
  FILE* maps = std::fopen(fmt::format("/proc/{}/maps", task.tid()).c_str(), "re");
  for (int c = std::getc(maps); c != EOF; c = std::getc(maps)) lines += c == '\n' ? 1 : 0;
  std::fclose(maps);
  return lines;
}

TEST(Probe, ItsStubIsGoneWithIt) {
  Looping blank(loop(9));
  const std::uint64_t before = mappings(blank.task());
  blank.put(rbx_is(4));
  EXPECT_GT(mappings(blank.task()), before);
  stop_of<Probed>(blank.after(kRun));
  ASSERT_TRUE(blank.task().take_probe());
  EXPECT_EQ(mappings(blank.task()), before);
}

TEST(Probe, ItsStubMakesWayForWhatTheProgramMaps) {
  Looping blank(loop(9));
  ASSERT_EQ(blank.put(rbx_is(4)), ProbeKind::kJump);
  constexpr std::uint64_t kFrom = 0x600000, kTo = 0x7000'0000;  // where it is
  ASSERT_EQ(blank.task().perform(map_call(kFrom, kTo - kFrom)).value(), kFrom);
  stop_of<Probed>(blank.after(kRun));
  EXPECT_EQ(blank.task().registers()->rbx, 4u);
  EXPECT_EQ(blank.task().take_probe()->hits, 5u);
  EXPECT_EQ(blank.task().perform(map_call(kFrom, kTo - kFrom)).value(), kFrom);
}

TEST(Probe, IsATrapWhereItsInstructionsReachTheEndOfTheirMapping) {
  Looping blank(loop(3));
  const Bytes last = code({0xff, 0xc3, 0x0f, 0x05});
  const RemoteAddress at(kCode + 0x1000 - 4);
  blank.write(at, last);
  blank.set_rip(at - 1);
  blank.write(at - 1, code({0x90}));
  EXPECT_EQ(blank.put(counting(at)), ProbeKind::kTrap);
  stop_of<Called>(blank.after(kRun));
  EXPECT_EQ(blank.task().take_probe()->hits, 1u);
}

std::atomic<pid_t> disturbed = 0;

/// Sends SIGSTOP to a task, once after each soon(), as a timer of ours goes off.
class Disturbing {
 public:
  explicit Disturbing(Tid tid) {
    disturbed = tid.value();
    struct sigaction action{};
    action.sa_handler = [](int) { syscall(SYS_tkill, disturbed.load(), SIGSTOP); };
    MECRR_CHECK(::sigaction(SIGALRM, &action, &before_) == 0);
  }
  ~Disturbing() {
    const itimerval never{};
    ::setitimer(ITIMER_REAL, &never, nullptr);
    ::sigaction(SIGALRM, &before_, nullptr);
  }
  Disturbing(const Disturbing&) = delete;
  Disturbing& operator=(const Disturbing&) = delete;

  void soon() {
    const itimerval once{
        .it_interval = {},
        .it_value = {.tv_sec = 0, .tv_usec = 1 + static_cast<int>(random_() % 200)}};
    MECRR_CHECK(::setitimer(ITIMER_REAL, &once, nullptr) == 0);
  }

 private:
  struct sigaction before_{};
  std::minstd_rand random_;
};

constexpr int kManyRounds = 8'000'000;

/// From the beginning to the end of the loop, by way of the probe; adds how often it was stopped.
void run_disturbed(const Probe& probe, std::uint64_t& stops) {
  Looping blank(loop(kManyRounds));
  ASSERT_EQ(blank.put(probe), ProbeKind::kJump);
  bool is_probed = false;
  Disturbing disturbing(blank.tid());
  while (true) {
    disturbing.soon();
    const Report report = blank.after(kRun);
    if (std::holds_alternative<Called>(report.stop)) break;
    if (std::holds_alternative<Probed>(report.stop)) {
      ASSERT_FALSE(is_probed);
      is_probed = true;
      EXPECT_EQ(blank.task().registers()->rbx, kManyRounds - 5U);
    }
    const Registers now = *blank.task().registers();
    ASSERT_TRUE(now.rip >= kCode && now.rip <= kCode + 18) << now.rip;
    const bool is_between = now.rip == kIn.value() + 2 || now.rip == kIn.value() + 5;
    if (now.rip >= kAt.value()) {
      ASSERT_EQ(now.rcx + now.rbx, kManyRounds + (is_between ? 1U : 0U)) << now.rip - kCode;
    }
    ++stops;
  }
  EXPECT_TRUE(is_probed);
  EXPECT_EQ(blank.task().registers()->rbx, static_cast<unsigned>(kManyRounds));
  EXPECT_EQ(blank.task().take_probe()->hits, static_cast<unsigned>(kManyRounds));
}

void expect_undisturbed(const Probe& probe) {
  std::uint64_t stops = 0;
  while (stops < 200 && !testing::Test::HasFailure()) run_disturbed(probe, stops);
}

TEST(Probe, SignalsFromOutsideDisturbNoComparisonOfRegisters) {
  expect_undisturbed(rbx_is(kManyRounds - 5));
}

TEST(Probe, SignalsFromOutsideDisturbNoComparisonOfWordsAndFlags) {
  Probe probe = counting(kAt);
  probe.words = {{RemoteAddress(kData), 8, kManyRounds - 5}};
  probe.flags = 0x0;
  probe.skip = 0;
  Looping blank(loop(kManyRounds));  // what the flags are there
  blank.put({.at = kAt, .registers = {{kRbx, kManyRounds - 5}}, .flags = {}, .words = probe.words});
  stop_of<Probed>(blank.after(kRun));
  probe.flags = blank.task().registers()->eflags;
  expect_undisturbed(probe);
}

}  // namespace
}  // namespace mecrr
