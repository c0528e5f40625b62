// Stops of a task while a probe is in force: which are about the probe alone, and where in the
// program the others are.
//
// With an int3 at the place, each time is a stop: registers and memory are compared from outside,
// and the instruction, put back, is executed by a single step. With a jump, these are stops:
//   - the int3 of its stub: all is equal;
//   - a trap in the bytes of the jump: something jumps in between. It is led to the same
//   instruction
//     in the stub, or, if there is none that begins there, steps over it in the program;
//   - a fault where the stub reads a word: it is not equal;
//   - a fault of an instruction in the stub: it is reported at the program's;
//   - a signal from outside, in the middle of a comparison: that is brought to its end first.
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <csignal>
#include <cstddef>

#include "device/agent/state.h"
#include "device/ptrace/ptrace_device.h"
#include "device/ptrace/requests.h"

namespace mecrr {
namespace {

using Armed = ptrace::ProbeInForce::Armed;

constexpr std::byte kInt3{0xcc};
constexpr int kCallStopSignal = SIGTRAP | 0x80;

bool is_signal(int status, int signal) {
  return status >> 16 == 0 && WIFSTOPPED(status) && WSTOPSIG(status) == signal;
}

/// Whether the task may be anywhere, even at an instruction that it has just come to: not in a
/// call.
bool is_anywhere(int status) {
  return status >> 16 == PTRACE_EVENT_STOP ||
         (status >> 16 == 0 && WSTOPSIG(status) != kCallStopSignal);
}

}  // namespace

Result<std::optional<Stop>> PtraceDevice::stop_with_probe(Tid tid, Tracee& tracee, int status) {
  if (!has_probe(tracee)) return stop_of(tid, tracee, status);
  switch (TRY(at_probe(tid, tracee, status))) {
    case AtProbe::kElsewhere:
      break;
    case AtProbe::kGoesOn:
      return std::nullopt;
    case AtProbe::kProbed:
      tracee.phase = Phase::kRunning;
      return Probed{};
  }
  auto stop = TRY(stop_of(tid, tracee, status));
  if (!stop || !std::holds_alternative<Stepped>(*stop)) return stop;
  if (TRY(has_stepped_to_probe(tid, *tracee.probes->in_force, tracee.stepped_from)) &&
      TRY(come_to_probe(tid, *tracee.probes->in_force, TRY(ptrace::registers(tid)))))
    return Probed{};
  return stop;
}

Result<bool> PtraceDevice::has_stepped_to_probe(Tid tid, const ptrace::ProbeInForce& in_force,
                                                const ptrace::StepFrom& from) {
  const RemoteAddress at = in_force.probe.at;
  if (TRY(ptrace::registers(tid)).rip != at.value()) return false;
  return from.at != at || !TRY(stepped_instruction(tid, from.at)).repeats;
}

/// Whether the task stays there.
Result<bool> PtraceDevice::come_to_probe(Tid tid, const ptrace::ProbeInForce& in_force,
                                         const Registers& registers) {
  agent::ProbeState counts{};
  TRY(read(tid, ptrace::kProbeState, object_bytes(counts)));
  ++counts.hits;
  bool stays = false;
  if (all_equal(in_force.probe, registers, StoppedTask(*this, tid))) {
    ++counts.matches;
    stays = counts.skip == 0;
    if (!stays) --counts.skip;
  }
  TRY(write(tid, ptrace::kProbeState, object_bytes(counts)));
  return stays;
}

Result<PtraceDevice::AtProbe> PtraceDevice::at_probe(Tid tid, Tracee& tracee, int status) {
  if (const auto from = std::exchange(tracee.steps_over_probe, std::nullopt))
    return stepped_with_probe(tid, tracee, *from, status);
  ptrace::ProbeInForce& in_force = *tracee.probes->in_force;
  const Armed armed = in_force.armed;
  if (armed == Armed::kNo) return AtProbe::kElsewhere;
  TRY(disarm_probe(tid, in_force));

  const Registers registers = TRY(ptrace::registers(tid));
  AtStop at{.registers = registers, .trapped = false, .faulted = false};
  if (status >> 16 == 0 && WSTOPSIG(status) != kCallStopSignal) {
    const siginfo_t info = TRY(ptrace::signal_info(tid));
    at.trapped = info.si_signo == SIGTRAP && info.si_code == SI_KERNEL;
    at.faulted = info.si_code > 0 &&
                 (info.si_signo == SIGSEGV || info.si_signo == SIGBUS || info.si_signo == SIGILL);
  }
  const RemoteAddress rip(registers.rip);
  const std::uint64_t probe = in_force.probe.at.value();
  // Behind an int3, a breakpoint, it has come to: that is told first.
  if (rip.value() == probe && is_anywhere(status) && !at.trapped) {
    return TRY(come_to_probe(tid, in_force, registers)) ? AtProbe::kProbed : AtProbe::kElsewhere;
  }
  // Code that jumps over a lock prefix, to the probe, has come to the prefix now, which makes no
  // sense before an int3 or a jump.
  if (rip.value() == probe - 1 && at.faulted) {
    TRY(step_with_probe(tid, tracee));
    return AtProbe::kGoesOn;
  }
  return armed == Armed::kTrap ? at_trap(tid, tracee, at) : at_jump(tid, tracee, at);
}

Result<PtraceDevice::AtProbe> PtraceDevice::stepped_with_probe(Tid tid, Tracee& tracee,
                                                               const ptrace::StepFrom& from,
                                                               int status) {
  Registers registers = TRY(ptrace::registers(tid));
  if (is_signal(status, kCallStopSignal)) {
    registers.r11 &= ~ptrace::kTrapFlag;
    TRY(ptrace::set_registers(tid, registers));
    return AtProbe::kElsewhere;
  }
  if (!is_signal(status, SIGTRAP) || !TRY(is_step(tid, TRY(ptrace::signal_info(tid)))))
    return AtProbe::kElsewhere;
  TRY(hide_trap_flag(tid, from));
  if ((TRY(ptrace::registers(tid)).eflags & ptrace::kTrapFlag) != 0)
    return AtProbe::kElsewhere;  // a trap that the program gets, too
  if (registers.rip != from.at.value() && TRY(stepped_instruction(tid, from.at)).pushes_flags) {
    const RemoteAddress stored(registers.rsp);
    std::uint16_t flags = 0;
    TRY(read(tid, stored, object_bytes(flags)));
    flags &= static_cast<std::uint16_t>(~ptrace::kTrapFlag);
    TRY(write(tid, stored, object_bytes(flags)));
  }
  const ptrace::ProbeInForce& in_force = *tracee.probes->in_force;
  if (TRY(has_stepped_to_probe(tid, in_force, from)) &&
      TRY(come_to_probe(tid, in_force, TRY(ptrace::registers(tid)))))
    return AtProbe::kProbed;
  TRY(run_with_probe(tid, tracee));
  return AtProbe::kGoesOn;
}

/// A task has stopped, somewhere, while an int3 stood at the probe.
Result<PtraceDevice::AtProbe> PtraceDevice::at_trap(Tid tid, Tracee& tracee, AtStop at) {
  ptrace::ProbeInForce& in_force = *tracee.probes->in_force;
  const RemoteAddress probe = in_force.probe.at;
  if (!at.trapped || at.registers.rip != probe.value() + 1) return AtProbe::kElsewhere;
  at.registers.rip = probe.value();
  const bool stays = TRY(come_to_probe(tid, in_force, at.registers));
  // If an int3 is the program's code (or somebody's breakpoint), it has been executed.
  if (in_force.original.front() == kInt3 && !stays) return AtProbe::kElsewhere;
  return stays ? probed(tid, at.registers) : goes_on_from(tid, tracee, at.registers);
}

/// … while a jump stood there.
Result<PtraceDevice::AtProbe> PtraceDevice::at_jump(Tid tid, Tracee& tracee, AtStop at) {
  const ptrace::ProbeInForce& in_force = *tracee.probes->in_force;
  const ProbeStub& stub = in_force.placed->stub;
  const RemoteAddress probe = in_force.probe.at;
  Registers& registers = at.registers;
  const RemoteAddress rip(registers.rip);
  if (stub.compares(rip) || (at.trapped && rip == stub.start + stub.behind_trap))
    return in_comparison(tid, tracee, at);
  if (const ProbeStub::Place* place = stub.place(rip)) {
    registers.rip = place->in_program.value();
    if (place->is_pushed) registers.rsp += sizeof(std::uint64_t);
    TRY(ptrace::set_registers(tid, registers));
    return AtProbe::kElsewhere;
  }
  const RemoteAddress instruction = at.trapped ? rip - 1 : rip;
  const RemoteRange overwritten{probe, in_force.placed->jump.size()};
  if (!(at.trapped || at.faulted) || !overwritten.contains(instruction) || instruction == probe)
    return AtProbe::kElsewhere;
  registers.rip = instruction.value();
  return goes_on_from(tid, tracee, registers);
}

Result<PtraceDevice::AtProbe> PtraceDevice::probed(Tid tid, Registers registers) {
  registers.orig_rax = kNoCall;
  TRY(ptrace::set_registers(tid, registers));
  return AtProbe::kProbed;
}

Result<PtraceDevice::AtProbe> PtraceDevice::goes_on_from(Tid tid, Tracee& tracee,
                                                         Registers registers) {
  registers.orig_rax = kNoCall;
  TRY(ptrace::set_registers(tid, registers));
  TRY(run_with_probe(tid, tracee));
  return AtProbe::kGoesOn;
}

/// The task is comparing, or has found that all is equal.
Result<PtraceDevice::AtProbe> PtraceDevice::in_comparison(Tid tid, Tracee& tracee, AtStop at) {
  ptrace::ProbeInForce& in_force = *tracee.probes->in_force;
  const ProbeStub& stub = in_force.placed->stub;
  if (at.trapped) {
    at.registers.rip = in_force.probe.at.value();
    return probed(tid, at.registers);
  }
  if (!at.faulted || !stub.reads_word(RemoteAddress(at.registers.rip)))
    return finish_comparison(tid, in_force);
  at.registers.rip = (stub.start + stub.differs).value();
  TRY(ptrace::set_registers(tid, at.registers));
  TRY(arm_probe(tid, in_force, Armed::kJump));
  TRY(ptrace::resume(tid, ptrace::Resume::kEmulate, 0));
  return AtProbe::kGoesOn;
}

/// A signal has stopped the task there. It is brought to where its registers are the program's: to
/// the int3 if all is equal, else to the first moved instruction, which becomes one for now.
Result<PtraceDevice::AtProbe> PtraceDevice::finish_comparison(
    Tid tid, const ptrace::ProbeInForce& in_force) {
  const ProbeStub& stub = in_force.placed->stub;
  const siginfo_t reported = TRY(ptrace::signal_info(tid));
  const RemoteAddress moved = stub.start + stub.moved;
  TRY(write(tid, moved, object_bytes(kInt3)));
  Registers registers{};
  do {  // other signals from outside, which nobody misses; words that cannot be read
    TRY(ptrace::resume(tid, ptrace::Resume::kContinue, 0));
    const int status = TRY(wait_status(tid));
    if (!WIFSTOPPED(status)) {
      if (auto last = TRY(translate(tid, status))) ready_.push_back(std::move(*last));
      return fail_with_code(ESRCH, "task {} died at a probe", tid);
    }
    registers = TRY(ptrace::registers(tid));
    if ((is_signal(status, SIGSEGV) || is_signal(status, SIGBUS)) &&
        TRY(ptrace::signal_info(tid)).si_code > 0) {
      registers.rip = (stub.start + stub.differs).value();
      TRY(ptrace::set_registers(tid, registers));
    }
  } while (registers.rip != moved.value() + 1 &&
           registers.rip != (stub.start + stub.behind_trap).value());
  TRY(write(tid, moved, ByteView(stub.code).subspan(stub.moved, 1)));
  const bool stays = registers.rip != moved.value() + 1;
  registers.rip = in_force.probe.at.value();
  if (stays) return probed(tid, registers);
  TRY(ptrace::set_registers(tid, registers));
  TRY(ptrace::set_signal_info(tid, reported));
  return AtProbe::kElsewhere;
}

}  // namespace mecrr
