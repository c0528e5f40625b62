// The device's ptrace implementation on a real program: tracee.c, which does one thing at a time.
// That nothing hangs is seen to by the test's own timeout.
#include "device/ptrace/ptrace_device.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>
#include <set>
#include <string>

#include "base/check.h"
#include "device/calls/errno_names.h"

namespace mecrr {
namespace {

constexpr Run kRun;  // in tests, Run is a member function of GoogleTest's

/// One traced program, and what the tests ask of it. A step that fails ends the test's process: a
/// test cannot go on with a task in an unknown place.
class Traced {
 public:
  explicit Traced(const std::string& behaviour) {
    auto tid = device_->launch({MECRR_TRACEE, {"tracee", behaviour}, {}});
    MECRR_CHECK(tid.has_value(), "{}", tid.error().message);
    tid_ = *tid;
    const Report first = next(tid_);
    MECRR_CHECK(std::holds_alternative<Executed>(first.stop));
  }

  PtraceDevice& device() { return *device_; }
  Tid tid() const { return tid_; }
  Pid pid() const { return Pid(tid_.value()); }
  StoppedTask& task() { return at(tid_); }
  StoppedTask& at(Tid tid) { return tasks_.at(tid); }

  /// Waits for a report, of any task or of one.
  Report next(std::optional<Tid> only = std::nullopt) {
    auto report = device_->wait(only, Patience::kBlock);
    MECRR_CHECK(report.has_value(), "{}", report.error().message);
    MECRR_CHECK(report->has_value(), "no task is left");
    Report found = std::move(**report);
    tasks_.erase(found.tid);
    if (found.task) tasks_.emplace(found.tid, *std::exchange(found.task, std::nullopt));
    return found;
  }

  void resume(Tid tid, const Command& command) {
    auto task = tasks_.extract(tid);
    MECRR_CHECK(!task.empty(), "task {} is not stopped", tid);
    auto resumed = std::move(task.mapped()).resume(command);
    MECRR_CHECK(resumed.has_value(), "{}", resumed.error().message);
  }

  /// Resumes the first task and gives its next stop, which must be a T.
  template <class T>
  T expect(const Command& command) {
    return expect_of<T>(tid_, command);
  }
  template <class T>
  T expect_of(Tid tid, const Command& command) {
    resume(tid, command);
    const Report report = next(tid);
    const T* stop = std::get_if<T>(&report.stop);
    MECRR_CHECK(stop != nullptr, "stop {} of task {} was not expected", report.stop.index(), tid);
    return *stop;
  }

  /// Lets the first task run until it makes this call.
  SystemCall run_to(std::uint32_t number) {
    while (true) {
      const SystemCall call = expect<Called>(kRun).call;
      if (call.number == number) return call;
    }
  }

  /// Lets every task run until none is left; gives the first one's wait status.
  int run_to_end() {
    int status = -1;
    std::set<Tid> stopped;
    for (const auto& [tid, task] : tasks_) stopped.insert(tid);
    for (const Tid tid : stopped) resume(tid, kRun);
    while (device_->has_tasks()) {
      const Report report = next();
      if (const auto* exited = std::get_if<Exited>(&report.stop)) {
        if (report.tid == tid_) status = exited->status;
      } else {
        resume(report.tid, kRun);
      }
    }
    return status;
  }

 private:
  std::unique_ptr<PtraceDevice> device_ = PtraceDevice::create();
  Tid tid_{};
  std::map<Tid, StoppedTask> tasks_;  // those that are stopped
};

int exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }
int death(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : -1; }

// ---- starting and ending

TEST(PtraceDevice, AProgramsEndIsReportedTwice) {
  Traced traced("exits");
  traced.run_to(SYS_exit_group);
  EXPECT_EQ(exit_code(traced.expect<Exiting>(kRun).status), 7);
  EXPECT_EQ(exit_code(traced.expect<Exited>(kRun).status), 7);
  EXPECT_FALSE(traced.device().has_tasks());
  EXPECT_FALSE(*traced.device().wait(std::nullopt, Patience::kBlock));
}

TEST(PtraceDevice, ALaunchThatFailsGivesTheErrnoOfExecve) {
  auto device = PtraceDevice::create();
  const auto errno_of = [&](const std::string& path) {
    auto launched = device->launch({path, {path}, {}});
    return launched ? 0 : launched.error().code;
  };
  EXPECT_EQ(errno_of("/nowhere/at/all"), ENOENT);
  EXPECT_EQ(errno_of("/proc/self/status"), EACCES);
  EXPECT_EQ(errno_of("/"), EACCES);
  EXPECT_FALSE(device->has_tasks());
}

TEST(PtraceDevice, TheProgramStandsBeforeItsFirstInstruction) {
  Traced traced("exits");
  const Registers registers = *traced.task().registers();
  EXPECT_EQ(*read_object<std::uint64_t>(traced.task(), RemoteAddress(registers.rsp)), 2u);  // argc
  EXPECT_NE(*read_object<std::uint8_t>(traced.task(), RemoteAddress(registers.rip)), 0xccu);
}

TEST(PtraceDevice, ItsEndTakesTheProgramsWithIt) {
  Pid pid{};
  {
    Traced traced("sleeps");
    pid = traced.pid();
    traced.run_to(SYS_pause);
  }
  EXPECT_EQ(::kill(pid.value(), 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(PtraceDevice, KilledWhileStoppedIsAnExit) {
  Traced traced("asks");
  traced.run_to(SYS_getppid);
  ASSERT_TRUE(traced.device().kill(traced.pid()));
  int status = 0;
  while (traced.device().has_tasks()) {
    const Report report = traced.next();
    if (const auto* exited = std::get_if<Exited>(&report.stop)) status = exited->status;
    if (std::holds_alternative<Exiting>(report.stop)) traced.resume(report.tid, kRun);
  }
  EXPECT_EQ(death(status), SIGKILL);
}

TEST(PtraceDevice, PollingDoesNotWait) {
  Traced traced("sleeps");
  traced.run_to(SYS_pause);
  traced.resume(traced.tid(), Step{});
  const auto report = traced.device().wait(std::nullopt, Patience::kPoll);
  ASSERT_TRUE(report);
  EXPECT_FALSE(*report);
}

// ---- calls

TEST(PtraceDevice, AStepReportsTheResult) {
  Traced traced("asks");
  traced.run_to(SYS_getppid);
  const Returned returned = traced.expect<Returned>(Step{});
  EXPECT_EQ(returned.call.number, static_cast<std::uint32_t>(SYS_getppid));
  EXPECT_EQ(returned.result, ::getpid());
}

TEST(PtraceDevice, ASkippedCallGivesWhatItIsTold) {
  Traced traced("asks");
  traced.run_to(SYS_getppid);
  traced.resume(traced.tid(), Skip{41});
  traced.next();
  EXPECT_EQ(exit_code(traced.run_to_end()), 41);
}

TEST(PtraceDevice, ASkippedCallCanFail) {
  Traced traced("asks");
  traced.run_to(SYS_getppid);
  traced.resume(traced.tid(), Skip{-EIO});
  traced.next();
  EXPECT_EQ(exit_code(traced.run_to_end()), EIO);
}

TEST(PtraceDevice, ASkippedCallIsNotMade) {
  Traced traced("exits");
  traced.run_to(SYS_exit_group);
  // The program does not expect to come back from its end, and ends by a fault or another call.
  traced.resume(traced.tid(), Skip{0});
  EXPECT_FALSE(std::holds_alternative<Exiting>(traced.next().stop));
}

TEST(PtraceDevice, AnAlteredCallIsMadeInThePlaceOfTheProgramsOwn) {
  Traced traced("asks");
  traced.run_to(SYS_getppid);
  const Returned returned = traced.expect<Returned>(Alter{{SYS_getpid}});
  EXPECT_EQ(returned.call.number, static_cast<std::uint32_t>(SYS_getpid));
  EXPECT_EQ(returned.result, traced.tid().value());
}

TEST(PtraceDevice, AResultCanBeWrittenOver) {
  Traced traced("asks");
  traced.run_to(SYS_getppid);
  traced.expect<Returned>(Step{});
  Registers registers = *traced.task().registers();
  registers.rax = 23;
  ASSERT_TRUE(traced.task().set_registers(registers));
  EXPECT_EQ(exit_code(traced.run_to_end()), 23);
}

TEST(PtraceDevice, MemoryBehindAnArgumentCanBeReadAndSet) {
  Traced writer("writes");
  const SystemCall write = writer.run_to(SYS_write);
  EXPECT_EQ(*read_string(writer.task(), RemoteAddress(write.arguments[1]), 100), "some data");

  Traced reader("reads");
  const SystemCall read = reader.run_to(SYS_read);
  ASSERT_TRUE(reader.task().write(RemoteAddress(read.arguments[1]), as_bytes("xyz")));
  reader.resume(reader.tid(), Skip{3});
  reader.next();
  EXPECT_EQ(exit_code(reader.run_to_end()), 'y');
}

TEST(PtraceDevice, MemoryThatIsNotMappedIsAnError) {
  Traced traced("exits");
  std::array<std::byte, 8> bytes{};
  EXPECT_EQ(traced.task().read(RemoteAddress(0x10), bytes).error().code, EFAULT);
  EXPECT_EQ(traced.task().write(RemoteAddress(0x10), bytes).error().code, EFAULT);
}

TEST(PtraceDevice, ReadOnlyMemoryCanBeWritten) {
  Traced traced("writes");
  const SystemCall write = traced.run_to(SYS_write);
  const RemoteAddress constant(write.arguments[1]);
  ASSERT_TRUE(traced.task().write(constant, as_bytes("else")));
  EXPECT_EQ(*read_string(traced.task(), constant, 100), "else data");
}

TEST(PtraceDevice, CallsOfOtherInterfacesAreNotThere) {
  Traced traced("calls_as_32_bit");
  EXPECT_EQ(exit_code(traced.run_to_end()), ENOSYS);
}

TEST(PtraceDevice, PerformMakesACallAndLeavesNoTrace) {
  Traced traced("asks");
  const Registers before = *traced.task().registers();
  EXPECT_EQ(*traced.task().perform({SYS_getppid}), ::getpid());
  EXPECT_EQ(*traced.task().perform({SYS_close, {1000}}), -EBADF);
  EXPECT_TRUE(*traced.task().registers() == before);
  traced.run_to(SYS_getppid);
  traced.expect<Returned>(Step{});
  EXPECT_EQ(*traced.task().perform({SYS_getpid}), traced.tid().value());
  Registers registers = *traced.task().registers();
  EXPECT_EQ(registers.rax, static_cast<std::uint64_t>(::getpid()));
}

// ---- signals

TEST(PtraceDevice, ADeliveredSignalEntersItsHandler) {
  Traced traced("signals_itself");
  traced.run_to(SYS_rt_sigqueueinfo);
  traced.expect<Returned>(Step{});
  const Signaled signaled = traced.expect<Signaled>(kRun);
  EXPECT_EQ(signaled.info.si_signo, SIGUSR1);
  EXPECT_EQ(signaled.info.si_value.sival_int, 4711);
  EXPECT_EQ(*traced.task().disposition(SIGUSR1), Disposition::kHandled);
  EXPECT_EQ(*traced.task().disposition(SIGUSR2), Disposition::kDefault);

  const Registers before = *traced.task().registers();
  EXPECT_EQ(traced.expect<HandlerEntered>(Deliver{signaled.info}).signal, SIGUSR1);
  const Registers entered = *traced.task().registers();
  EXPECT_LT(entered.rsp, before.rsp);
  EXPECT_EQ(entered.rdi, static_cast<std::uint64_t>(SIGUSR1));
  EXPECT_EQ(traced.expect<Called>(kRun).call.number, static_cast<std::uint32_t>(SYS_rt_sigreturn));
  EXPECT_EQ(exit_code(traced.run_to_end()), 1);
}

TEST(PtraceDevice, ASignalCanBeSuppressed) {
  Traced traced("signals_itself");
  traced.run_to(SYS_rt_sigqueueinfo);
  traced.expect<Returned>(Step{});
  traced.expect<Signaled>(kRun);
  EXPECT_EQ(traced.expect<Called>(kRun).call.number, static_cast<std::uint32_t>(SYS_getppid));
  EXPECT_EQ(exit_code(traced.run_to_end()), 0);
}

TEST(PtraceDevice, ASuppressedSignalCanBeInterposedAtTheNextCall) {
  Traced traced("signals_itself");
  traced.run_to(SYS_rt_sigqueueinfo);
  traced.expect<Returned>(Step{});
  const siginfo_t info = traced.expect<Signaled>(kRun).info;
  const SystemCall call = traced.run_to(SYS_getppid);
  const Registers called = *traced.task().registers();

  const Signaled again = traced.expect<Signaled>(Interpose{info});
  EXPECT_TRUE(equal(object_bytes(again.info), object_bytes(info)));
  const Registers undone = *traced.task().registers();
  EXPECT_EQ(undone.rip, called.rip - 2);
  EXPECT_EQ(undone.rax, call.number);

  traced.expect<HandlerEntered>(Deliver{info});
  EXPECT_EQ(traced.expect<Called>(kRun).call.number, static_cast<std::uint32_t>(SYS_rt_sigreturn));
  EXPECT_EQ(traced.expect<Called>(kRun).call, call);
  EXPECT_EQ(traced.expect<Returned>(Step{}).result, ::getpid());
  EXPECT_EQ(exit_code(traced.run_to_end()), 1);
}

TEST(PtraceDevice, ASuppressedSignalCanComeInsideTheNextCall) {
  Traced traced("signals_itself");
  traced.run_to(SYS_rt_sigqueueinfo);
  traced.expect<Returned>(Step{});
  const siginfo_t info = traced.expect<Signaled>(kRun).info;
  traced.run_to(SYS_getppid);

  EXPECT_EQ(traced.expect<Returned>(Interrupt{info}).result, ::getpid());
  const Registers returned = *traced.task().registers();
  const Signaled again = traced.expect<Signaled>(kRun);
  EXPECT_TRUE(equal(object_bytes(again.info), object_bytes(info)));
  EXPECT_EQ(*traced.task().registers(), returned);
  traced.expect<HandlerEntered>(Deliver{again.info});
  EXPECT_EQ(traced.expect<Called>(kRun).call.number, static_cast<std::uint32_t>(SYS_rt_sigreturn));
  EXPECT_EQ(exit_code(traced.run_to_end()), 1);
}

TEST(PtraceDevice, ASignalThatComesInsideACallInterruptsIt) {
  Traced traced("sleeps");
  const SystemCall pause = traced.run_to(SYS_pause);
  siginfo_t info{};
  info.si_signo = SIGTERM;
  info.si_pid = 4711;
  EXPECT_EQ(traced.expect<Returned>(Interrupt{info}).result, -calls::kRestartNoHand);
  EXPECT_EQ(traced.expect<Signaled>(kRun).info.si_pid, 4711);
  EXPECT_EQ(traced.expect<Called>(kRun).call, pause);  // suppressed: the call is made again
  EXPECT_EQ(traced.expect<Returned>(Interrupt{info}).result, -calls::kRestartNoHand);
  const Signaled again = traced.expect<Signaled>(kRun);
  EXPECT_EQ(death(traced.expect<Exiting>(Deliver{again.info}).status), SIGTERM);
}

TEST(PtraceDevice, AFatalSignalEndsTheProgramWhenDelivered) {
  Traced traced("dies_of_a_signal");
  traced.run_to(SYS_kill);
  traced.expect<Returned>(Step{});
  const Signaled signaled = traced.expect<Signaled>(kRun);
  EXPECT_EQ(death(traced.expect<Exiting>(Deliver{signaled.info}).status), SIGTERM);
  EXPECT_EQ(death(traced.expect<Exited>(kRun).status), SIGTERM);
}

TEST(PtraceDevice, JobControlHaltsUntilSigcont) {
  Traced traced("stops_itself");
  Report report = (traced.resume(traced.tid(), kRun), traced.next());
  while (!std::holds_alternative<Signaled>(report.stop)) {
    traced.resume(traced.tid(), kRun);
    report = traced.next();
  }
  const siginfo_t stop = std::get<Signaled>(report.stop).info;
  EXPECT_EQ(stop.si_signo, SIGSTOP);
  EXPECT_EQ(traced.expect<Halted>(Deliver{stop}).signal, SIGSTOP);
  traced.resume(traced.tid(), kRun);
  EXPECT_FALSE(*traced.device().wait(std::nullopt, Patience::kPoll));

  ASSERT_EQ(::kill(traced.pid().value(), SIGCONT), 0);
  report = traced.next();
  EXPECT_TRUE(std::holds_alternative<Continued>(report.stop));
  while (!std::holds_alternative<Signaled>(report.stop)) {
    ASSERT_FALSE(std::holds_alternative<Called>(report.stop));
    traced.resume(traced.tid(), kRun);
    report = traced.next();
  }
  const siginfo_t go_on = std::get<Signaled>(report.stop).info;
  EXPECT_EQ(go_on.si_signo, SIGCONT);
  traced.resume(traced.tid(), Deliver{go_on});
  traced.next();
  EXPECT_EQ(exit_code(traced.run_to_end()), 6);
}

TEST(PtraceDevice, CallsThatTheProgramFiltersAreReported) {
  Traced traced("filters_a_call");
  traced.run_to(SYS_getppid);
  EXPECT_EQ(traced.expect<Returned>(Step{}).result, -7);
  EXPECT_EQ(exit_code(traced.run_to_end()), 7);
}

TEST(PtraceDevice, CallsOfAProgramWithFiltersCanBeSkipped) {
  Traced traced("filters_a_call");
  traced.run_to(SYS_getppid);
  traced.resume(traced.tid(), Skip{-5});
  EXPECT_EQ(std::get<Called>(traced.next().stop).call.number, std::uint32_t{SYS_exit_group});
  EXPECT_EQ(exit_code(traced.run_to_end()), 5);
}

TEST(PtraceDevice, TheTimeStampCounterFaults) {
  Traced traced("asks_the_time");
  traced.run_to(SYS_getppid);
  EXPECT_EQ(traced.expect<Signaled>(kRun).info.si_signo, SIGSEGV);
  Registers registers = *traced.task().registers();
  EXPECT_EQ(*read_object<std::uint16_t>(traced.task(), RemoteAddress(registers.rip)), 0x310f);
  registers.rax = 77;
  registers.rip += 2;
  ASSERT_TRUE(traced.task().set_registers(registers));
  EXPECT_EQ(exit_code(traced.run_to_end()), 77);
}

TEST(PtraceDevice, ASingleStepExecutesOneInstruction) {
  Traced traced("exits");
  for (int i = 0; i < 3; ++i) {
    const std::uint64_t before = traced.task().registers()->rip;
    traced.expect<Stepped>(SingleStep{});
    EXPECT_NE(traced.task().registers()->rip, before);
  }
}

// ---- tasks

/// What the first task and a task that it makes report, up to both being stopped after the making.
struct Birth {
  Created created;
  bool is_born = false;
};

Birth await_birth(Traced& traced) {
  std::optional<Birth> birth;
  std::set<Tid> born;
  while (!birth || !born.contains(birth->created.child)) {
    const Report report = traced.next();
    if (const auto* created = std::get_if<Created>(&report.stop)) {
      birth = Birth{*created};
    } else if (std::holds_alternative<Born>(report.stop)) {
      born.insert(report.tid);
    } else {
      traced.resume(report.tid,
                    std::holds_alternative<Called>(report.stop) ? Command(Step{}) : Command(kRun));
    }
  }
  birth->is_born = true;
  return *birth;
}

TEST(PtraceDevice, AForkMakesAnotherProcess) {
  Traced traced("forks");
  traced.resume(traced.tid(), kRun);
  const Birth birth = await_birth(traced);
  EXPECT_EQ(birth.created.child_pid.value(), birth.created.child.value());
  EXPECT_EQ(birth.created.flags & (CLONE_VM | CLONE_THREAD), 0u);
  EXPECT_EQ(traced.at(birth.created.child).registers()->rax, 0u);
  const Returned returned = traced.expect<Returned>(kRun);
  EXPECT_EQ(returned.result, birth.created.child.value());
  EXPECT_EQ(exit_code(traced.run_to_end()), 3);
}

TEST(PtraceDevice, AVforkReturnsWhenItsChildHasLeft) {
  Traced traced("vforks");
  traced.resume(traced.tid(), kRun);
  const Birth birth = await_birth(traced);
  EXPECT_EQ(birth.created.flags & (CLONE_VM | CLONE_VFORK),
            static_cast<std::uint64_t>(CLONE_VM | CLONE_VFORK));
  traced.resume(traced.tid(), kRun);
  EXPECT_FALSE(*traced.device().wait(traced.tid(), Patience::kPoll));
  EXPECT_EQ(traced.expect_of<Called>(birth.created.child, kRun).call.number,
            static_cast<std::uint32_t>(SYS_exit_group));
  traced.expect_of<Exiting>(birth.created.child, kRun);
  traced.resume(birth.created.child, kRun);
  EXPECT_TRUE(std::holds_alternative<Returned>(traced.next(traced.tid()).stop));
  EXPECT_EQ(exit_code(traced.run_to_end()), 4);
}

TEST(PtraceDevice, AThreadBelongsToItsProcess) {
  Traced traced("starts_a_thread");
  traced.resume(traced.tid(), kRun);
  const Birth birth = await_birth(traced);
  EXPECT_EQ(birth.created.child_pid, traced.pid());
  EXPECT_NE(birth.created.child, traced.tid());
  EXPECT_TRUE(birth.created.flags & CLONE_THREAD);
  EXPECT_EQ(exit_code(traced.run_to_end()), 5);
}

TEST(PtraceDevice, AnExecFromAThreadTakesOverTheProcess) {
  Traced traced("execs_from_a_thread");
  traced.resume(traced.tid(), kRun);
  const Birth birth = await_birth(traced);
  const Tid thread = birth.created.child;
  traced.resume(traced.tid(), kRun);
  traced.resume(thread, kRun);
  while (true) {
    const Report report = traced.next();
    if (const auto* executed = std::get_if<Executed>(&report.stop)) {
      EXPECT_EQ(executed->former, thread);
      EXPECT_EQ(report.tid, traced.tid());
      break;
    }
    ASSERT_FALSE(std::holds_alternative<Exited>(report.stop));
    const auto* called = std::get_if<Called>(&report.stop);
    traced.resume(report.tid,
                  called && called->call.number == SYS_execve ? Command(Step{}) : Command(kRun));
  }
  EXPECT_EQ(exit_code(traced.run_to_end()), 7);
}

TEST(PtraceDevice, ActivityTellsWhatAResumedTaskDoes) {
  Traced sleeper("sleeps");
  sleeper.run_to(SYS_pause);
  EXPECT_EQ(*sleeper.device().activity(sleeper.tid()), Activity::kStopped);
  sleeper.resume(sleeper.tid(), Step{});
  while (*sleeper.device().activity(sleeper.tid()) != Activity::kSleeping) ::sched_yield();

  Traced spinner("spins");
  spinner.run_to(SYS_getppid);
  spinner.resume(spinner.tid(), kRun);
  while (*spinner.device().activity(spinner.tid()) != Activity::kRunning) ::sched_yield();
}

}  // namespace
}  // namespace mecrr
