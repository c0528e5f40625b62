// Commands become ptrace requests.
#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/check.h"
#include "device/ptrace/ptrace_device.h"
#include "device/ptrace/requests.h"

namespace mecrr {
namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

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

}  // namespace

Result<void> PtraceDevice::resume(Tid tid, const Command& command) {
  Tracee& tracee = *TRY(find(tid));
  return std::visit(Overloaded{
                        [&](const Run&) { return run(tid, tracee); },
                        [&](const Step&) { return step(tid, tracee); },
                        [&](const Skip& c) { return skip(tid, tracee, c.result); },
                        [&](const Alter& c) { return alter(tid, tracee, c.call); },
                        [&](const Interpose& c) { return interpose(tid, tracee, c.info); },
                        [&](const Deliver& c) { return deliver(tid, tracee, c.info); },
                        [&](const SingleStep&) { return single_step(tid, tracee); },
                    },
                    command);
}

Result<void> PtraceDevice::run(Tid tid, Tracee& tracee) {
  switch (tracee.phase) {
    case Phase::kInCall:  // at Created: the call goes on to its return
      return ptrace::resume(tid, ptrace::Resume::kToReturn, 0);
    case Phase::kHalted:
      tracee.phase = Phase::kRunning;
      return ptrace::resume(tid, ptrace::Resume::kListen, 0);
    default:
      break;
  }
  tracee.phase = Phase::kRunning;
  const auto how =
      tracee.mode == Mode::kAnswering ? ptrace::Resume::kEmulate : ptrace::Resume::kContinue;
  return ptrace::resume(tid, how, 0);
}

Result<void> PtraceDevice::step(Tid tid, Tracee& tracee) {
  MECRR_CHECK(tracee.phase == Phase::kCalled && tracee.mode == Mode::kRecording);
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

// The call is left out, and the task set back to its `syscall` instruction. A signal of ours then
// stops it before it gets there, and that stop reports `info`: only siginfo set at a signal stop
// may claim to come from the kernel or from somebody else (rt_tgsigqueueinfo(2): EPERM).
Result<void> PtraceDevice::interpose(Tid tid, Tracee& tracee, const siginfo_t& info) {
  MECRR_CHECK(tracee.phase == Phase::kCalled && tracee.mode == Mode::kRecording);
  Registers registers = TRY(ptrace::registers(tid));
  registers.orig_rax = kNoCall;
  registers.rax = tracee.call.number;
  registers.rip -= kSyscallBytes;
  TRY(ptrace::set_registers(tid, registers));
  if (::syscall(SYS_tgkill, tracee.pid.value(), tid.value(), info.si_signo) < 0) {
    return fail_errno("sending signal {} to task {}", info.si_signo, tid);
  }
  tracee.interposed = info;
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
  return ptrace::resume(tid, ptrace::Resume::kContinue, info.si_signo);
}

Result<void> PtraceDevice::single_step(Tid tid, Tracee& tracee) {
  tracee.phase = Phase::kStepping;
  const auto how = tracee.mode == Mode::kAnswering ? ptrace::Resume::kEmulatingSingleStep
                                                   : ptrace::Resume::kSingleStep;
  return ptrace::resume(tid, how, 0);
}

}  // namespace mecrr
