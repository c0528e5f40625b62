// Wait statuses become stops.
#include <fmt/format.h>
#include <linux/sched.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>

#include "base/check.h"
#include "device/ptrace/ptrace_device.h"
#include "device/ptrace/requests.h"

namespace mecrr {
namespace {

constexpr int kCallStopSignal = SIGTRAP | 0x80;  // PTRACE_O_TRACESYSGOOD

bool is_job_control(int signal) {
  return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

std::array<std::uint64_t, 6> arguments_of(const Registers& r) {
  return {r.rdi, r.rsi, r.rdx, r.r10, r.r8, r.r9};
}

}  // namespace

Result<std::optional<Report>> PtraceDevice::translate(Tid tid, int status) {
  auto found = tracees_.find(tid);
  if (found == tracees_.end()) return unknown_task(tid, status);
  core_.stopped(tid);
  if (!WIFSTOPPED(status)) {
    TRY(leave_agent(tid, found->second));
    TRY(leave_probe(tid, found->second));
    core_.forget(tid);
    tracees_.erase(found);
    return report(tid, Exited{status});
  }
  // One that was halted has run nothing: whoever runs meanwhile may be writing to the log.
  const bool ran = found->second.phase == Phase::kRunning;
  // A tracee can die between its stop and our requests about it, by SIGKILL or a sibling's
  // exit_group: then nothing is reported now, and Exited comes next (ptrace(2), "Death under
  // ptrace"). Test: KilledWhileStoppedIsAnExit.
  auto stop = stop_with_probe(tid, found->second, status);
  if (!stop && stop.error().code == ESRCH) return std::nullopt;
  if (!stop) return std::unexpected(stop.error());
  if (!*stop) return std::nullopt;
  Report report = this->report(tid, **stop);
  if (!ran) return report;
  auto taken = take_calls(found->second, report);
  if (!taken && taken.error().code == ESRCH) return std::nullopt;
  TRY(taken);
  return report;
}

// A new task's first stop can come before the stop of the parent that tells of it; it is Born once
// the parent has reported.
Result<std::optional<Report>> PtraceDevice::unknown_task(Tid tid, int status) {
  if (!WIFSTOPPED(status))
    return std::nullopt;  // died before anybody heard of it, or a child that is not a tracee
  tracees_.emplace(tid, Tracee{.phase = Phase::kUnborn});
  return std::nullopt;
}

Result<std::optional<Stop>> PtraceDevice::stop_of(Tid tid, Tracee& tracee, int status) {
  const int event = status >> 16;
  const int signal = WSTOPSIG(status);
  if (event != 0) return event_stop(tid, tracee, event, signal);
  if (signal == kCallStopSignal) return call_stop(tid, tracee);
  return signal_stop(tid, tracee, signal);
}

Result<std::optional<Stop>> PtraceDevice::event_stop(Tid tid, Tracee& tracee, int event,
                                                     int signal) {
  switch (event) {
    case PTRACE_EVENT_SECCOMP:
      if (tracee.phase != Phase::kInCall && tracee.phase != Phase::kUnreported)
        return TRY(stop_at_call(tid, tracee));
      TRY(ptrace::resume(tid, ptrace::Resume::kToReturn, 0));  // reported before its filters ran
      return std::nullopt;
    case PTRACE_EVENT_CLONE:
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
      return created(tid, tracee, event);
    case PTRACE_EVENT_EXEC:
      return executed_event(tid, tracee);
    case PTRACE_EVENT_EXIT: {
      const std::uint64_t exit_status = TRY(ptrace::event_message(tid));
      if (tracee.phase == Phase::kHalted) tracee.phase = Phase::kRunning;  // killed
      return Exiting{static_cast<int>(exit_status)};
    }
    case PTRACE_EVENT_STOP:
      if (tracee.phase == Phase::kUnborn) {
        tracee.phase = Phase::kRunning;
        TRY(born_with_agent(tid, tracee));
        return Born{};
      }
      if (tracee.phase == Phase::kHalted && signal == SIGTRAP) {
        tracee.phase = Phase::kRunning;
        return Continued{};
      }
      if (tracee.interruption != Interruption::kNone && signal == SIGTRAP)
        return interrupted(tid, tracee);
      if (is_job_control(signal)) {
        tracee.interruption = Interruption::kNone;  // the next such stop is job control's own
        tracee.phase = Phase::kHalted;
        return Halted{signal};
      }
      return Continued{};
    default:
      return fail("task {}: ptrace event {} was not asked for", tid, event);
  }
}

Result<std::optional<Stop>> PtraceDevice::created(Tid tid, Tracee& tracee, int event) {
  const Tid child(static_cast<pid_t>(TRY(ptrace::event_message(tid))));
  std::uint64_t flags = 0;
  if (tracee.call.number == SYS_clone) {
    flags = tracee.call.arguments[0] & ~std::uint64_t{CSIGNAL};
  } else if (tracee.call.number == SYS_clone3) {
    TRY(read(tid, RemoteAddress(tracee.call.arguments[0]), object_bytes(flags)));
  } else if (event == PTRACE_EVENT_VFORK) {
    flags = CLONE_VM | CLONE_VFORK;
  }
  const Pid pid = flags & CLONE_THREAD ? tracee.pid : Pid(child.value());
  core_.inherit(tid, child);
  const Mode mode = tracee.mode;
  const bool has_filters = tracee.has_filters;
  auto [at, is_new] = tracees_.try_emplace(child);
  at->second.pid = pid;
  at->second.mode = mode;
  at->second.has_filters = has_filters;
  if (mode == Mode::kAnswering) {
    at->second.probes = flags & CLONE_VM ? tracee.probes : std::make_shared<ptrace::ProbeSpace>();
  }
  TRY(inherit_agent(tid, tracee, at->second, flags));
  if (is_new) {
    at->second.phase = Phase::kUnborn;
  } else {
    at->second.phase = Phase::kRunning;
    TRY(born_with_agent(child, at->second));
    ready_.push_back(report(child, Born{}));
  }
  return Created{child, pid, flags};
}

// The task has a new address space, but the call has not quite returned: registers are final at its
// end only.
Result<std::optional<Stop>> PtraceDevice::executed_event(Tid tid, Tracee& tracee) {
  tracee.exec_former = Tid(static_cast<pid_t>(TRY(ptrace::event_message(tid))));
  // A thread that execs takes over the main thread's tid, and its own vanishes without a wait
  // status.
  core_.rename(*tracee.exec_former, tid);
  if (*tracee.exec_former != tid) {
    tracee.sent.clear();
    if (const auto former = tracees_.find(*tracee.exec_former); former != tracees_.end()) {
      tracee.sent = std::move(former->second.sent);
      TRY(leave_agent(former->first, former->second));
      tracees_.erase(former);
    }
  }
  TRY(leave_agent(tid, tracee));
  tracee.memory.reset();
  tracee.phase = Phase::kExecuting;
  TRY(ptrace::resume(tid, ptrace::Resume::kToReturn, 0));
  return std::nullopt;
}

Result<std::optional<Stop>> PtraceDevice::call_stop(Tid tid, Tracee& tracee) {
  if (tracee.mode == Mode::kAnswering) return TRY(called(tid, tracee));
  if (tracee.phase == Phase::kExecuting) {
    const bool with_agent = use_agent_ == UseAgent::kYes && !tracee.has_filters;
    TRY(install_page(tid, with_agent ? agent::kEnd - kMecrrPage : kMecrrPageBytes));
    tracee.phase = Phase::kRunning;
    if (with_agent) TRY(install_agent(tid, tracee));
    return Executed{*tracee.exec_former};
  }
  if (tracee.phase == Phase::kRunning && tracee.has_filters) return TRY(called(tid, tracee));
  if (tracee.phase == Phase::kUnreported) {
    tracee.phase = Phase::kRunning;
    TRY(run(tid, tracee));
    return std::nullopt;
  }
  MECRR_CHECK(tracee.phase == Phase::kInCall, "task {} returned from no call", tid);
  tracee.phase = Phase::kRunning;
  const Registers registers = TRY(ptrace::registers(tid));
  return Returned{tracee.call, static_cast<std::int64_t>(registers.rax)};
}

/// Of a recorded task.
Result<Stop> PtraceDevice::stop_at_call(Tid tid, Tracee& tracee) {
  const Registers registers = TRY(ptrace::registers(tid));
  if (tracee.agent && TRY(tells(tid, tracee, registers))) return Shaped{};
  return called(tid, tracee, registers);
}

Result<Called> PtraceDevice::called(Tid tid, Tracee& tracee) {
  return called(tid, tracee, TRY(ptrace::registers(tid)));
}

Result<Called> PtraceDevice::called(Tid tid, Tracee& tracee, const Registers& registers) {
  if (tracee.mode == Mode::kAnswering) tracee.registers = registers;
  tracee.phase = Phase::kCalled;
  tracee.call = {static_cast<std::uint32_t>(registers.orig_rax), arguments_of(registers)};
  TRY(note_descriptors(tid, tracee, tracee.call));
  TRY(send_deferred(tid, tracee));
  if (tracee.mode == Mode::kRecording) core_.called(tid, tracee.call);
  return Called{tracee.call};
}

/// Whether this is the trap that a single step ends with. Some virtual machines lose what DR6 says
/// about it now and then (one of some 100,000 steps here); the kernel takes that for `int1`.
/// Source: exc_debug_user() in arch/x86/kernel/traps.c.
Result<bool> PtraceDevice::is_step(Tid tid, const siginfo_t& info) {
  if (info.si_signo != SIGTRAP) return false;
  if (info.si_code != TRAP_BRKPT) return info.si_code == TRAP_TRACE;
  constexpr std::byte kInt1{0xf1};
  const RemoteAddress behind(TRY(ptrace::registers(tid)).rip);
  const auto last = read_object<std::byte>(StoppedTask(*this, tid), behind - 1);
  return !last || *last != kInt1;
}

Result<std::optional<Stop>> PtraceDevice::signal_stop(Tid tid, Tracee& tracee, int signal) {
  const siginfo_t info = TRY(ptrace::signal_info(tid));
  if (tracee.agent) {
    switch (TRY(leave_agent_at_signal(tid, tracee, info))) {
      case AtSignal::kGoesOn:
        TRY(ptrace::resume(tid, ptrace::Resume::kContinue, 0));
        return std::nullopt;
      case AtSignal::kBehindCall: {
        const siginfo_t first = tracee.deferred.front();
        tracee.deferred.pop_front();
        TRY(send_deferred(tid, tracee));
        return Signaled{first, SignalPlace::kBehindCall};
      }
      case AtSignal::kReported:
        break;
    }
  }
  const Phase phase = std::exchange(tracee.phase, Phase::kRunning);
  if (tracee.has_answers) {
    const LedOut led = TRY(lead_out_of_agent(tid, info));
    if (led == LedOut::kBehindCall) return Answered{};
    if (led == LedOut::kToCall) {
      TRY(run(tid, tracee));
      return std::nullopt;
    }
  }
  // The kernel's notice that a frame has been set up has si_code SIGTRAP, that of a single step
  // TRAP_TRACE; an int3 in the program has SI_KERNEL. Source: ptrace_notify() and send_sigtrap().
  if (signal == SIGTRAP && phase == Phase::kDelivering && info.si_code == SIGTRAP) {
    return HandlerEntered{tracee.delivered};
  }
  if (phase == Phase::kStepping && TRY(is_step(tid, info))) {
    TRY(hide_trap_flag(tid, tracee.stepped_from));
    return Stepped{};
  }
  const std::size_t sent = tracee.sent.size();
  Signaled signaled{meant(tracee, info)};
  if (tracee.sent.size() != sent) signaled.place = SignalPlace::kSent;
  if (tracee.agent && tracee.agent->contains(RemoteAddress(TRY(ptrace::registers(tid)).rip)))
    signaled.place = SignalPlace::kInside;
  return signaled;
}

}  // namespace mecrr
