// Commands become ptrace requests.
#include <fmt/format.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>

#include "base/check.h"
#include "base/overloaded.h"
#include "device/ptrace/ptrace_device.h"
#include "device/ptrace/requests.h"

namespace mecrr {
namespace {

void set_call(Registers& registers, const SystemCall& call) {
  const auto& a = call.arguments;
  registers.rdi = a[0];
  registers.rsi = a[1];
  registers.rdx = a[2];
  registers.r10 = a[3];
  registers.r8 = a[4];
  registers.r9 = a[5];
}

constexpr std::uint64_t kSyscallBytes = 2;

/// What the values begin at that our signals carry: "mecrr", a kind of value that no program sends.
constexpr std::uint64_t kSentBase = 0x6d65'6372'7200'0000;
constexpr int kFirstQueuedSignal = 32;  ///< real-time signals, as the kernel counts

/// How a task that is recorded goes on to its next call. Where it has seccomp filters of its own,
/// these can decide about a call before ours tells us of it (seccomp(2): the most restrictive
/// action counts): then it is stopped at every call, before any filter. Test:
/// CallsThatTheProgramFiltersAreReported.
ptrace::Resume to_next_call(bool has_filters) {
  return has_filters ? ptrace::Resume::kToReturn : ptrace::Resume::kContinue;
}

}  // namespace

Result<void> PtraceDevice::resume(Tid tid, const Command& command) {
  Tracee& tracee = *TRY(find(tid));
  if (tracee.mode == Mode::kAnswering) {
    tracee.registers.reset();
    processor_->take_along(tid, tracee.processor);
  } else {
    using enum ptrace::SharedCore::Runs;
    const bool makes_call = std::holds_alternative<Step>(command) ||
                            std::holds_alternative<Alter>(command) ||
                            std::holds_alternative<Interrupt>(command);
    core_.resuming(tid, makes_call ? kCall : kCode);
  }
  return std::visit(Overloaded{
                        [&](const Run&) { return run(tid, tracee); },
                        [&](const Step&) { return step(tid, tracee); },
                        [&](const Skip& c) { return skip(tid, tracee, c.result); },
                        [&](const Alter& c) { return alter(tid, tracee, c.call); },
                        [&](const Interpose& c) { return interpose(tid, tracee, c.info); },
                        [&](const Interrupt& c) { return interrupt(tid, tracee, c.info); },
                        [&](const Raise& c) { return raise(tid, tracee, c.info); },
                        [&](const Deliver& c) { return deliver(tid, tracee, c.info); },
                        [&](const SingleStep&) { return single_step(tid, tracee); },
                    },
                    command);
}

/// Remembers that a program is about to install a seccomp filter, for one thread or (TSYNC) for
/// all. If the call then fails, its calls are only slower.
Result<void> PtraceDevice::note_filters(Tid tid, const Tracee& tracee) {
  const SystemCall& call = tracee.call;
  const bool by_seccomp =
      call.number == SYS_seccomp && call.arguments[0] <= SECCOMP_SET_MODE_FILTER;
  const bool by_prctl = call.number == SYS_prctl && call.arguments[0] == PR_SET_SECCOMP;
  if (tracee.mode != Mode::kRecording || (!by_seccomp && !by_prctl)) return {};
  for (auto& [other_tid, other] : tracees_) {
    if (other.pid != tracee.pid) continue;
    other.has_filters = true;
    TRY(turn_agent_off(tid, other));
  }
  return {};
}

Result<void> PtraceDevice::run(Tid tid, Tracee& tracee) {
  switch (tracee.phase) {
    case Phase::kInCall:  // at Created: the call goes on to its return
    case Phase::kUnreported:
      return ptrace::resume(tid, ptrace::Resume::kToReturn, 0);
    case Phase::kHalted:  // until it is told to continue
      return ptrace::resume(tid, ptrace::Resume::kListen, 0);
    case Phase::kCalled:
      TRY(note_filters(tid, tracee));
      if (!tracee.has_filters) break;
      tracee.phase = Phase::kUnreported;
      return ptrace::resume(tid, ptrace::Resume::kToReturn, 0);
    default:
      break;
  }
  tracee.phase = Phase::kRunning;
  if (has_probe(tracee)) return run_with_probe(tid, tracee);
  const auto how =
      tracee.mode == Mode::kAnswering ? ptrace::Resume::kEmulate : to_next_call(tracee.has_filters);
  return ptrace::resume(tid, how, 0);
}

Result<void> PtraceDevice::step(Tid tid, Tracee& tracee) {
  MECRR_CHECK(tracee.phase == Phase::kCalled && tracee.mode == Mode::kRecording);
  TRY(note_filters(tid, tracee));
  tracee.phase = Phase::kInCall;
  return ptrace::resume(tid, ptrace::Resume::kToReturn, 0);
}

Result<void> PtraceDevice::skip(Tid tid, Tracee& tracee, std::int64_t result) {
  MECRR_CHECK(tracee.phase == Phase::kCalled);
  Registers registers = TRY(ptrace::registers(tid));
  registers.orig_rax =
      kNoCall;  // a negative number makes the kernel leave the call out and rax alone
  registers.rax = static_cast<std::uint64_t>(result);
  TRY(ptrace::set_registers(tid, registers));
  return run(tid, tracee);
}

Result<void> PtraceDevice::alter(Tid tid, Tracee& tracee, const SystemCall& call) {
  MECRR_CHECK(tracee.phase == Phase::kCalled && tracee.mode == Mode::kRecording);
  Registers registers = TRY(ptrace::registers(tid));
  registers.orig_rax = call.number;
  set_call(registers, call);
  TRY(ptrace::set_registers(tid, registers));
  tracee.call = call;
  return step(tid, tracee);
}

/// Sends the task a signal that stands for `info`, and is reported as that: only siginfo set at a
/// signal stop may claim to come from the kernel or from somebody else (rt_tgsigqueueinfo(2):
/// EPERM). Others by the same number may be pending, so it carries a number of ours.
Result<void> PtraceDevice::send(Tid tid, Tracee& tracee, const siginfo_t& info) {
  siginfo_t sent{};
  sent.si_signo = info.si_signo;
  sent.si_code = SI_QUEUE;
  sent.si_pid = ::getpid();
  sent.si_uid = ::getuid();
  sent.si_value.sival_ptr = std::bit_cast<void*>(kSentBase + next_sent_);
  if (::syscall(SYS_rt_tgsigqueueinfo, tracee.pid.value(), tid.value(), info.si_signo, &sent) < 0) {
    return fail_errno("sending signal {} to task {}", info.si_signo, tid);
  }
  tracee.sent.push_back({next_sent_++, info});
  return {};
}

/// The siginfo to report for one that the kernel reports.
siginfo_t PtraceDevice::meant(Tracee& tracee, const siginfo_t& reported) {
  const int signal = reported.si_signo;
  siginfo_t info = reported;
  const auto value = std::bit_cast<std::uint64_t>(reported.si_value.sival_ptr);
  const auto sent = std::ranges::find_if(tracee.sent, [&](const SentSignal& candidate) {
    return reported.si_code == SI_QUEUE && candidate.info.si_signo == signal &&
           kSentBase + candidate.number == value;
  });
  if (sent != tracee.sent.end()) {
    info = sent->info;
    tracee.sent.erase(sent);
  }
  // Of the other signals only one of a number can be pending: what we sent besides was merged.
  if (signal < kFirstQueuedSignal) {
    std::erase_if(tracee.sent, [&](const SentSignal& s) { return s.info.si_signo == signal; });
  }
  return info;
}

// The call is left out, and the task set back to its `syscall` instruction. A signal of ours then
// stops it before it gets there.
Result<void> PtraceDevice::interpose(Tid tid, Tracee& tracee, const siginfo_t& info) {
  MECRR_CHECK(tracee.phase == Phase::kCalled && tracee.mode == Mode::kRecording);
  Registers registers = TRY(ptrace::registers(tid));
  registers.orig_rax = kNoCall;
  registers.rax = tracee.call.number;
  registers.rip -= kSyscallBytes;
  TRY(ptrace::set_registers(tid, registers));
  TRY(send(tid, tracee, info));
  return run(tid, tracee);
}

// A stop at a call is before the kernel looks whether a signal is pending.
Result<void> PtraceDevice::interrupt(Tid tid, Tracee& tracee, const siginfo_t& info) {
  MECRR_CHECK(tracee.phase == Phase::kCalled && tracee.mode == Mode::kRecording);
  TRY(send(tid, tracee, info));
  return step(tid, tracee);
}

Result<void> PtraceDevice::raise(Tid tid, Tracee& tracee, const siginfo_t& info) {
  MECRR_CHECK(tracee.phase == Phase::kRunning && tracee.mode == Mode::kRecording);
  TRY(send(tid, tracee, info));
  return run(tid, tracee);
}

Result<void> PtraceDevice::deliver(Tid tid, Tracee& tracee, const siginfo_t& info) {
  TRY(ptrace::set_signal_info(tid, info));
  if (TRY(disposition(tid, info.si_signo)) == Disposition::kHandled) {
    // Single-stepped, the kernel writes the frame and stops before the handler's first instruction.
    tracee.phase = Phase::kDelivering;
    tracee.delivered = info.si_signo;
    return ptrace::resume(tid, ptrace::Resume::kSingleStep, info.si_signo);
  }
  tracee.phase = Phase::kRunning;
  return ptrace::resume(tid, to_next_call(tracee.has_filters), info.si_signo);
}

Result<void> PtraceDevice::single_step(Tid tid, Tracee& tracee) {
  tracee.phase = Phase::kStepping;
  tracee.stepped_from = ptrace::step_from(TRY(ptrace::registers(tid)));
  const auto how = tracee.mode == Mode::kAnswering ? ptrace::Resume::kEmulatingSingleStep
                                                   : ptrace::Resume::kSingleStep;
  return ptrace::resume(tid, how, 0);
}

Result<ptrace::SteppedInstruction> PtraceDevice::stepped_instruction(Tid tid, RemoteAddress at) {
  std::array<std::byte, ptrace::kMaxInstructionBytes> code{};
  const RemoteRange readable = readable_part(StoppedTask(*this, tid), {at, code.size()});
  const MutableBytes there = MutableBytes(code).first(readable.size);
  TRY(read(tid, at, there));
  return ptrace::stepped_instruction(there);
}

/// The kernel hides the trap flag that it has set for a step, but not if the step before was of a
/// popf: then it takes the flag for the program's own. Source: enable_single_step() in
/// arch/x86/kernel/step.c. Test: StepsBehindAPopfShowNoTrapFlag.
Result<void> PtraceDevice::hide_trap_flag(Tid tid, const ptrace::StepFrom& from) {
  Registers registers = TRY(ptrace::registers(tid));
  if ((registers.eflags & ptrace::kTrapFlag) == 0 || from.has_trap_flag ||
      TRY(stepped_instruction(tid, from.at)).pops_flags)
    return {};
  registers.eflags &= ~ptrace::kTrapFlag;
  return ptrace::set_registers(tid, registers);
}

}  // namespace mecrr
