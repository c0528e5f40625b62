// Probes (device/probe.h). The program's code is changed when a task is resumed, and changed back
// before its next stop is reported. So what is read, written, mapped and forked in between is the
// program's alone.
//
// An int3 at the place is a stop each time: then registers and memory are compared from outside,
// and the instruction, put back, is executed by a single step.
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>

#include "device/agent/state.h"
#include "device/ptrace/ptrace_device.h"
#include "device/ptrace/requests.h"

namespace mecrr {
namespace {

using Armed = ptrace::ProbeInForce::Armed;

constexpr RemoteAddress kCounts{agent::kState + offsetof(agent::AgentState, probe)};
constexpr std::byte kInt3{0xcc}, kPushf{0x9c}, kPopf{0x9d}, kIret{0xcf};
constexpr std::uint64_t kTrapFlag = 0x100;
constexpr int kCallStopSignal = SIGTRAP | 0x80;
constexpr std::size_t kMaxInstructionBytes = 15;

bool is_signal(int status, int signal) {
  return status >> 16 == 0 && WIFSTOPPED(status) && WSTOPSIG(status) == signal;
}

/// Whether the task may be anywhere, even at an instruction that it has just come to: not in a
/// call.
bool is_anywhere(int status) {
  return status >> 16 == PTRACE_EVENT_STOP ||
         (status >> 16 == 0 && WSTOPSIG(status) != kCallStopSignal);
}

bool is_prefix(std::byte octet) {
  const auto value = std::to_integer<std::uint8_t>(octet);
  constexpr std::uint8_t kLegacy[] = {0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65,
                                      0x66, 0x67, 0xf0, 0xf2, 0xf3};
  return value >> 4 == 4 || std::ranges::find(kLegacy, value) != std::end(kLegacy);
}

bool is_string_operation(std::byte opcode) {
  const auto value = std::to_integer<std::uint8_t>(opcode);
  return (value >= 0xa4 && value <= 0xa7) || (value >= 0xaa && value <= 0xaf) ||
         (value >= 0x6c && value <= 0x6f);
}

/// By a single step.
bool has_come_to_probe(const ptrace::ProbeInForce& in_force, const ptrace::StepFrom& from,
                       const Registers& registers) {
  const RemoteAddress at = in_force.probe.at;
  return registers.rip == at.value() && !(from.at == at && from.repeats);
}

Result<void> check(const Probe& probe) {
  if (probe.words.size() > kMaxProbeWords) return fail("a probe of {} words", probe.words.size());
  for (const Probe::RegisterIs& wanted : probe.registers)
    if (wanted.number > 15) return fail("a probe of register {}", wanted.number);
  for (const Probe::WordIs& wanted : probe.words)
    if (wanted.bytes != 1 && wanted.bytes != 2 && wanted.bytes != 4 && wanted.bytes != 8)
      return fail("a probe of {} bytes", wanted.bytes);
  return {};
}

}  // namespace

Result<ProbeKind> PtraceDevice::put_probe(Tid tid, const Probe& probe) {
  const Tracee& tracee = *TRY(find(tid));
  if (tracee.mode != Mode::kAnswering) return fail("a probe in a task that is recorded");
  if (tracee.probes->in_force) return fail("task {} has a probe already", tid);
  TRY(check(probe));
  const agent::ProbeState counts{.hits = 0, .matches = 0, .skip = probe.skip};
  TRY(write(tid, kCounts, object_bytes(counts)));
  tracee.probes->in_force = {.probe = probe};
  return ProbeKind::kTrap;
}

Result<ProbeCounts> PtraceDevice::take_probe(Tid tid) {
  Tracee& tracee = *TRY(find(tid));
  if (!has_probe(tracee)) return fail("task {} has no probe", tid);
  TRY(disarm_probe(tid, *tracee.probes->in_force));
  agent::ProbeState counts{};
  TRY(read(tid, kCounts, object_bytes(counts)));
  tracee.probes->in_force.reset();
  return ProbeCounts{.hits = counts.hits, .matches = counts.matches};
}

bool PtraceDevice::has_probe(const Tracee& tracee) {
  return tracee.probes && tracee.probes->in_force;
}

// ---- resumed

Result<void> PtraceDevice::run_with_probe(Tid tid, Tracee& tracee) {
  ptrace::ProbeInForce& in_force = *tracee.probes->in_force;
  if (TRY(ptrace::registers(tid)).rip == in_force.probe.at.value())
    return step_over_probe(tid, tracee);
  TRY(arm_probe(tid, in_force));
  return ptrace::resume(tid, ptrace::Resume::kEmulate, 0);
}

/// Where the task stands at the probe, and the program's code is as it was.
Result<void> PtraceDevice::step_over_probe(Tid tid, Tracee& tracee) {
  tracee.steps_over_probe = TRY(step_from(tid, TRY(ptrace::registers(tid))));
  return ptrace::resume(tid, ptrace::Resume::kEmulatingSingleStep, 0);
}

Result<ptrace::StepFrom> PtraceDevice::step_from(Tid tid, const Registers& registers) {
  const RemoteAddress at(registers.rip);
  ptrace::StepFrom from{.at = at,
                        .repeats = false,
                        .pushes_flags = false,
                        .may_set_trap_flag = (registers.eflags & kTrapFlag) != 0};
  std::array<std::byte, kMaxInstructionBytes> code{};
  const StoppedTask task(*this, tid);
  const RemoteRange readable = readable_part(task, {at, code.size()});
  TRY(read(tid, at, MutableBytes(code).first(readable.size)));
  const auto opcode = std::ranges::find_if_not(code, is_prefix);
  if (opcode == code.end()) return from;
  const bool has_rep = std::any_of(code.begin(), opcode, [](std::byte prefix) {
    return prefix == std::byte{0xf2} || prefix == std::byte{0xf3};
  });
  from.repeats = has_rep && is_string_operation(*opcode);
  from.pushes_flags = *opcode == kPushf;
  from.may_set_trap_flag |= *opcode == kPopf || *opcode == kIret;
  return from;
}

/// Where nothing is mapped, no task comes to.
Result<void> PtraceDevice::arm_probe(Tid tid, ptrace::ProbeInForce& in_force) {
  if (in_force.armed != Armed::kNo) return {};
  auto there = read(tid, in_force.probe.at, object_bytes(in_force.original));
  if (!there && there.error().code == EFAULT) return {};
  TRY(there);
  TRY(write(tid, in_force.probe.at, object_bytes(kInt3)));
  in_force.armed = Armed::kTrap;
  return {};
}

// ---- stopped

/// What the program has changed meanwhile stays as it is.
Result<void> PtraceDevice::disarm_probe(Tid tid, ptrace::ProbeInForce& in_force) {
  if (in_force.armed == Armed::kNo) return {};
  in_force.armed = Armed::kNo;
  std::byte now{};
  auto there = read(tid, in_force.probe.at, object_bytes(now));
  if (!there && there.error().code == EFAULT) return {};
  TRY(there);
  return now == kInt3 ? write(tid, in_force.probe.at, object_bytes(in_force.original))
                      : Result<void>{};
}

/// The task has ended. If it was the one that ran, others of its memory are as they were.
Result<void> PtraceDevice::leave_probe(Tid tid, Tracee& tracee) {
  if (!has_probe(tracee)) return {};
  for (const auto& [other, tracee_there] : tracees_) {
    if (other == tid || tracee_there.probes != tracee.probes) continue;
    auto disarmed = disarm_probe(other, *tracee.probes->in_force);
    if (disarmed || disarmed.error().code != ESRCH) return disarmed;
  }
  return {};
}

Result<std::optional<Stop>> PtraceDevice::stop_with_probe(Tid tid, Tracee& tracee, int status) {
  if (!has_probe(tracee)) return stop_of(tid, tracee, status);
  const auto stepped_from = std::exchange(tracee.stepped_from, std::nullopt);
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
  if (!stop || !std::holds_alternative<Stepped>(*stop) || !stepped_from) return stop;
  const ptrace::ProbeInForce& in_force = *tracee.probes->in_force;
  const Registers registers = TRY(ptrace::registers(tid));
  if (has_come_to_probe(in_force, *stepped_from, registers) &&
      TRY(come_to_probe(tid, in_force, registers)))
    return Probed{};
  return stop;
}

/// Whether the task stays there.
Result<bool> PtraceDevice::come_to_probe(Tid tid, const ptrace::ProbeInForce& in_force,
                                         const Registers& registers) {
  agent::ProbeState counts{};
  TRY(read(tid, kCounts, object_bytes(counts)));
  ++counts.hits;
  bool stays = false;
  if (all_equal(in_force.probe, registers, StoppedTask(*this, tid))) {
    ++counts.matches;
    stays = counts.skip == 0;
    if (!stays) --counts.skip;
  }
  TRY(write(tid, kCounts, object_bytes(counts)));
  return stays;
}

Result<PtraceDevice::AtProbe> PtraceDevice::at_probe(Tid tid, Tracee& tracee, int status) {
  if (const auto from = std::exchange(tracee.steps_over_probe, std::nullopt))
    return stepped_over_probe(tid, tracee, *from, status);
  return tracee.probes->in_force->armed == Armed::kTrap ? at_trap(tid, tracee, status)
                                                        : AtProbe::kElsewhere;
}

Result<PtraceDevice::AtProbe> PtraceDevice::stepped_over_probe(Tid tid, Tracee& tracee,
                                                               const ptrace::StepFrom& from,
                                                               int status) {
  Registers registers = TRY(ptrace::registers(tid));
  if (is_signal(status, kCallStopSignal)) {
    registers.r11 &= ~kTrapFlag;
    TRY(ptrace::set_registers(tid, registers));
    return AtProbe::kElsewhere;
  }
  if (!is_signal(status, SIGTRAP) || TRY(ptrace::signal_info(tid)).si_code != TRAP_TRACE)
    return AtProbe::kElsewhere;
  if ((registers.eflags & kTrapFlag) != 0) {
    if (from.may_set_trap_flag) return AtProbe::kElsewhere;  // a trap that the program gets, too
    registers.eflags &= ~kTrapFlag;
    TRY(ptrace::set_registers(tid, registers));
  }
  if (from.pushes_flags && registers.rip != from.at.value()) {
    const RemoteAddress stored(registers.rsp);
    std::uint16_t flags = 0;
    TRY(read(tid, stored, object_bytes(flags)));
    flags &= static_cast<std::uint16_t>(~kTrapFlag);
    TRY(write(tid, stored, object_bytes(flags)));
  }
  if (!has_come_to_probe(*tracee.probes->in_force, from, registers)) {
    TRY(run_with_probe(tid, tracee));
    return AtProbe::kGoesOn;
  }
  if (TRY(come_to_probe(tid, *tracee.probes->in_force, registers))) return AtProbe::kProbed;
  TRY(step_over_probe(tid, tracee));
  return AtProbe::kGoesOn;
}

/// A task has stopped, somewhere, while an int3 stands at the probe.
Result<PtraceDevice::AtProbe> PtraceDevice::at_trap(Tid tid, Tracee& tracee, int status) {
  ptrace::ProbeInForce& in_force = *tracee.probes->in_force;
  TRY(disarm_probe(tid, in_force));
  Registers registers = TRY(ptrace::registers(tid));
  const std::uint64_t at = in_force.probe.at.value();
  const bool has_trapped = is_signal(status, SIGTRAP) && registers.rip == at + 1 &&
                           TRY(ptrace::signal_info(tid)).si_code == SI_KERNEL;
  if (registers.rip == at - 1 && is_signal(status, SIGILL)) {
    // Code that jumps over a lock prefix, to the probe, has come to the prefix now, which makes no
    // sense before an int3.
    TRY(step_over_probe(tid, tracee));
    return AtProbe::kGoesOn;
  }
  if (!has_trapped && !(registers.rip == at && is_anywhere(status))) return AtProbe::kElsewhere;
  registers.rip = at;
  const bool stays = TRY(come_to_probe(tid, in_force, registers));
  if (!has_trapped) return stays ? AtProbe::kProbed : AtProbe::kElsewhere;
  // If an int3 is the program's code (or somebody's breakpoint), it has been executed.
  if (in_force.original == kInt3 && !stays) return AtProbe::kElsewhere;
  registers.orig_rax = kNoCall;
  TRY(ptrace::set_registers(tid, registers));
  if (stays) return AtProbe::kProbed;
  TRY(step_over_probe(tid, tracee));
  return AtProbe::kGoesOn;
}

}  // namespace mecrr
