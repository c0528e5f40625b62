// Blank tasks of the ptrace device, with a few bytes of code put into them: their calls are
// answered.
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>

#include "tests/device/blank_task.h"

namespace mecrr {
namespace {

int death(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : -1; }

// mov $231, %eax; mov $5, %edi; syscall; int3
const Bytes kEndsAndTraps = code({0xb8, 0xe7, 0, 0, 0, 0xbf, 5, 0, 0, 0, 0x0f, 0x05, 0xcc});

TEST(BlankTask, ItsCallsAreReportedAndNeverMade) {
  BlankTask blank(kEndsAndTraps);
  const SystemCall call = stop_of<Called>(blank.after(kRun)).call;
  EXPECT_EQ(call.number, static_cast<std::uint32_t>(SYS_exit_group));
  EXPECT_EQ(call.arguments[0], 5u);
  EXPECT_EQ(stop_of<Signaled>(blank.after(Skip{1234})).info.si_signo, SIGTRAP);
  EXPECT_EQ(blank.task().registers()->rax, 1234u);
  EXPECT_EQ(blank.task().registers()->rip, kCode + kEndsAndTraps.size());
}

TEST(BlankTask, RunInPlaceOfSkipMakesNoCallEither) {
  BlankTask blank(kEndsAndTraps);
  stop_of<Called>(blank.after(kRun));
  EXPECT_EQ(stop_of<Signaled>(blank.after(kRun)).info.si_signo, SIGTRAP);
}

TEST(BlankTask, CallsOfOtherInterfacesAreNotMade) {
  BlankTask blank(code({0xb8, 1, 0, 0, 0, 0xcd, 0x80, 0xcc}));  // exit of the 32-bit interface
  EXPECT_FALSE(std::holds_alternative<Exited>(blank.after(kRun).stop));
}

TEST(BlankTask, NothingIsMappedButWhatIsAskedFor) {
  BlankTask blank(kEndsAndTraps);
  std::array<std::byte, 1> byte{};
  EXPECT_TRUE(blank.task().read(RemoteAddress(kMecrrPage), byte));
  EXPECT_TRUE(blank.task().read(RemoteAddress(kCode + 0xfff), byte));
  const std::uint64_t here = std::bit_cast<std::uint64_t>(&kCode);
  const std::uint64_t stack = std::bit_cast<std::uint64_t>(&byte);
  for (const std::uint64_t at : {here, stack, kCode + 0x1000})
    EXPECT_EQ(blank.task().read(RemoteAddress(at), byte).error().code, EFAULT);
}

TEST(BlankTask, RunsWhereTheDeviceDoes) {
  cpu_set_t before{}, ours{}, its{};
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  {
    BlankTask blank(kEndsAndTraps);
    const Tid tid = blank.task().tid();
    blank.after(kRun);
    ASSERT_EQ(sched_getaffinity(0, sizeof ours, &ours), 0);
    ASSERT_EQ(sched_getaffinity(tid.value(), sizeof its, &its), 0);
    EXPECT_EQ(CPU_COUNT(&ours), 1);
    EXPECT_TRUE(CPU_EQUAL(&ours, &its));
  }
  ASSERT_EQ(sched_getaffinity(0, sizeof ours, &ours), 0);
  EXPECT_TRUE(CPU_EQUAL(&ours, &before));
}

TEST(BlankTask, ASignalFromOutsideDoesNotDisturbACallOfOurs) {
  BlankTask blank(kEndsAndTraps);
  for (const int signal : {SIGTERM, SIGSTOP})
    ASSERT_EQ(syscall(SYS_tkill, blank.task().tid().value(), signal), 0);
  const auto result = blank.task().perform(
      {SYS_mmap, {0x700000, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, ~0ULL, 0}});
  ASSERT_TRUE(result) << result.error();
  EXPECT_EQ(*result, 0x700000);
}

TEST(BlankTask, TheFilterKillsATaskThatMakesAnotherCall) {
  BlankTask blank(kEndsAndTraps);
  const auto result = blank.task().perform({SYS_openat, {0, kCode}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ESRCH);
  EXPECT_EQ(death(stop_of<Exited>(blank.next()).status), SIGSYS);
}

TEST(BlankTask, TheFilterKillsATaskThatMapsAFileOfItsOwn) {
  BlankTask blank(kEndsAndTraps);
  EXPECT_FALSE(blank.task().perform({SYS_mmap, {0, 4096, PROT_READ, MAP_PRIVATE, 0, 0}}));
  EXPECT_EQ(death(stop_of<Exited>(blank.next()).status), SIGSYS);
}

TEST(BlankTask, CanBeForkedAndItsChildIsAnsweredToo) {
  BlankTask blank(kEndsAndTraps);
  const std::int64_t child = blank.task().perform({SYS_clone, {SIGCHLD}}).value();
  ASSERT_GT(child, 0);
  Report born = blank.next();
  EXPECT_EQ(born.tid.value(), child);
  stop_of<Born>(born);
  Registers registers = *born.task->registers();
  registers.rip = kCode;
  ASSERT_TRUE(born.task->set_registers(registers));
  ASSERT_TRUE(std::move(*born.task).resume(kRun));
  EXPECT_EQ(stop_of<Called>(blank.next()).call.number, static_cast<std::uint32_t>(SYS_exit_group));
}

TEST(BlankTask, TheTimeStampCounterFaults) {
  BlankTask blank(code({0x0f, 0x31}));
  EXPECT_EQ(stop_of<Signaled>(blank.after(kRun)).info.si_signo, SIGSEGV);
  EXPECT_EQ(blank.task().registers()->rip, kCode);
}

TEST(BlankTask, ASingleStepOntoACallReportsTheCall) {
  BlankTask blank(kEndsAndTraps);
  stop_of<Stepped>(blank.after(SingleStep{}));
  stop_of<Stepped>(blank.after(SingleStep{}));
  EXPECT_EQ(stop_of<Called>(blank.after(SingleStep{})).call.arguments[0], 5u);
}

TEST(BlankTask, StepsBehindAPopfShowNoTrapFlag) {
  constexpr std::uint64_t kStack = 0x500000, kTrapFlag = 0x100;
  BlankTask blank(code({0x9d, 0x90, 0x90, 0x90, 0x0f, 0x05}));  // popf, and nop
  ASSERT_EQ(blank.task().perform(map_call(kStack, 0x1000)).value(), kStack);
  Registers registers = *blank.task().registers();
  registers.rsp = kStack;
  ASSERT_TRUE(blank.task().set_registers(registers));
  for (int i = 0; i < 4; ++i) {
    stop_of<Stepped>(blank.after(SingleStep{}));
    EXPECT_EQ(blank.task().registers()->eflags & kTrapFlag, 0u) << i;
  }
  stop_of<Called>(blank.after(kRun));
}

}  // namespace
}  // namespace mecrr
