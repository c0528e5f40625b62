// From Signaled to the handler's first instruction, or whatever else comes of a signal.
#include <signal.h>

#include <algorithm>
#include <array>

#include "device/patching/patch_window.h"
#include "recorder/held_signals.h"
#include "recorder/messages.h"
#include "recorder/session.h"
#include "recorder/signal_frame.h"
#include "recorder/signals.h"

namespace mecrr {
namespace {

pb::Instruction::Kind kind_of(InstructionKind kind) {
  switch (kind) {
    case InstructionKind::kRdtsc:
      return pb::Instruction::RDTSC;
    case InstructionKind::kRdtscp:
      return pb::Instruction::RDTSCP;
    case InstructionKind::kCpuid:
      return pb::Instruction::CPUID;
    case InstructionKind::kRdrand:
      return pb::Instruction::RDRAND;
    case InstructionKind::kRdseed:
      return pb::Instruction::RDSEED;
    case InstructionKind::kRdpid:
      return pb::Instruction::RDPID;
  }
  return pb::Instruction::UNKNOWN;
}

/// The instruction at which the processor refuses to tell the time.
std::optional<NondeterministicInstruction> refused_instruction(const StoppedTask& task,
                                                               const Space& space,
                                                               RemoteAddress at) {
  std::array<std::byte, kMaxInstructionBytes> code;
  const RemoteRange there = readable_part(task, {at, code.size()});
  const MutableBytes bytes = std::span(code).first(there.size);
  if (!task.read(at, bytes)) return std::nullopt;
  hide_patches(space, at, bytes);
  const auto found = decode_instruction(bytes);
  const bool faults =
      found && (found->kind == InstructionKind::kRdtsc || found->kind == InstructionKind::kRdtscp);
  return faults ? found : std::nullopt;
}

/// A signal finds the task with the registers that it was resumed with. In a loop it can have them
/// again; but the kernel keeps a call's number until it executes something, and what was pending
/// comes first.
bool has_executed_nothing(const Task& task, const Registers& registers, SignalPlace place) {
  return task.resumed_at == registers &&
         (registers.orig_rax != kNoCall || task.has_pending || place == SignalPlace::kSent);
}

}  // namespace

/// A cpuid that did not lead to the agent. If the agent would have answered, there is no event, and
/// as at any place that nothing names, nobody else gets the turn.
/// @return false if it has no answer
Result<bool> Session::answer_cpuid(Task& task, Registers registers) {
  if (!task.space->cpuid) return false;
  sites_.use_cpuid(RemoteAddress(registers.rip), *task.space);
  const agent::CpuidRow* row =
      agent::find_row(*task.space->cpuid, agent::cpuid_question(registers.rax, registers.rcx));
  if (row == nullptr) {
    cpuid_.learn({.leaf = static_cast<std::uint32_t>(registers.rax),
                  .subleaf = static_cast<std::uint32_t>(registers.rcx)});
    return false;
  }
  agent::answer_from(*row, registers.rax, registers.rbx, registers.rcx, registers.rdx);
  registers.rip += kLedBytes;
  TRY(task.stopped->set_registers(registers));
  task.resumed_at.reset();
  TRY(resume(task, Run{}));
  return true;
}

/// Executes an instruction with chance results in the program's stead.
/// @return false if the signal is something else
Result<bool> Session::emulate_instruction(Task& task, const siginfo_t& info, Registers registers) {
  if (info.si_code != SI_KERNEL) return false;
  std::optional<NondeterministicInstruction> instruction;
  if (info.si_signo == SIGSEGV) {
    const RemoteAddress at(registers.rip);
    instruction = refused_instruction(*task.stopped, *task.space, at);
    if (instruction) sites_.use_counter(at, *task.space);
  } else if (info.si_signo == SIGTRAP) {
    const auto trap = task.space->traps.find(RemoteAddress(registers.rip - 1));
    if (trap == task.space->traps.end()) return false;
    instruction = trap->second;
    registers.rip -= 1;
  }
  if (!instruction) return false;
  if (is_plain_cpuid(*instruction) && TRY(answer_cpuid(task, registers))) return true;

  pb::Event event = event_of(task);
  *event.mutable_state() = TRY(state_at(task, registers));
  pb::Instruction& message = *event.mutable_instruction();
  message.set_kind(kind_of(instruction->kind));
  message.set_length(instruction->length);
  const std::vector<RegisterWrite> writes = execute_instruction(*instruction, registers);
  for (const RegisterWrite& write : writes) {
    pb::RegisterWrite& added = *message.add_write();
    added.set_number(write.number);
    added.set_value(write.value);
  }
  log(task, std::move(event));
  const bool leads_to_agent = task.space->patches.contains(RemoteAddress(registers.rip));
  mecrr::apply(writes, registers);
  registers.rip += instruction->length;
  TRY(task.stopped->set_registers(registers));
  if (leads_to_agent) {
    // It goes on in a stub, where nothing may happen to it.
    task.resumed_at.reset();
    TRY(resume(task, Run{}));
    return true;
  }
  task.resumed_at = registers;
  task.has_pending = false;
  TRY(go_on(task, Run{}));
  return true;
}

Result<void> Session::signaled(Task& task, const siginfo_t& info, SignalPlace place) {
  task.signal.reset();  // its frame could not be written: this is the SIGSEGV that comes of it
  Registers registers = TRY(task.stopped->registers());
  if (TRY(emulate_instruction(task, info, registers))) return {};

  for (auto& [tid, other] : tasks_) {
    if (other.pid == task.pid) cancel_opposites(other.held, info.si_signo);
  }
  const SignalAction action =
      action_of(info.si_signo, TRY(task.stopped->disposition(info.si_signo)));
  // At a place that nothing names nobody else may get the turn, even if the slice is over: a replay
  // would not find it.
  if (action == SignalAction::kNone) return resume(task, Run{});
  const bool has_name = is_fault(info) || place == SignalPlace::kBehindCall ||
                        has_executed_nothing(task, registers, place);
  // It came while the agent made a call, and the call has blocked it.
  const bool is_late = place == SignalPlace::kBehindCall && !is_fault(info) &&
                       is_in(TRY(task.stopped->blocked_signals()), info.si_signo);
  if (is_late || (!has_name && action == SignalAction::kHandler)) {
    hold(task, info);
    return resume(task, Run{});
  }
  if (!has_name && place != SignalPlace::kInside) {
    hold(task, info);
    return land(task);
  }

  pb::Event event = event_of(task);
  pb::Signal& message = *event.mutable_signal();
  message.set_number(info.si_signo);
  message.set_info(info_of(info));
  message.set_cause(is_fault(info) ? pb::Signal::FAULT : pb::Signal::ASYNCHRONOUS);
  if (task.landing && has_name) {
    *event.mutable_landing() = *task.landing;
    registers.orig_rax = kNoCall;
    task.has_landed = false;  // it tells more of the stack itself
  }
  if (action == SignalAction::kHandler || is_fault(info) || event.has_landing())
    *event.mutable_state() = TRY(state_at(task, registers));
  task.has_landed |= event.has_landing();
  if (action == SignalAction::kHandler) {
    task.signal = SignalInProgress{std::move(event)};
    return resume(task, Deliver{info});
  }
  if (action == SignalAction::kStop) {
    message.set_stopped(true);
    log(task, std::move(event));
    return stop_process(task, info);
  }
  message.set_fatal(true);
  log(task, std::move(event));
  return resume(task, Deliver{info});
}

/// All tasks of the process will be stopped. One that computes now would be wherever it is: so it
/// gives its turn away first, as to any other task, and is at a place with a name.
Result<void> Session::stop_process(Task& task, const siginfo_t& info) {
  if (task.space->domain->has_turn(task.tid)) return resume(task, Deliver{info});
  wait_for_turn(task, Deliver{info});
  return {};
}

Result<void> Session::handler_entered(Task& task) {
  if (!task.signal) return fail("a handler that nobody called");
  pb::Event event = std::move(task.signal->event);
  task.signal.reset();
  task.interrupted.reset();
  const Registers registers = TRY(task.stopped->registers());
  pb::Handler& handler = *event.mutable_signal()->mutable_handler();
  const RemoteRange frame = TRY(signal_frame(*task.stopped, registers));
  TRY(add_writes(*task.stopped, {frame}, handler.mutable_write()));
  *handler.mutable_registers() = message_of(registers);
  *handler.mutable_vector() = message_of(TRY(task.stopped->vector_state()));
  log(task, std::move(event));
  task.resumed_at = registers;
  task.has_pending = TRY(task.stopped->pending_signals()) != 0;
  return go_on(task, Run{});
}

/// Stays in its job-control stop, without the turn.
Result<void> Session::halted(Task& task) {
  Domain& domain = *task.space->domain;
  if (domain.has_turn(task.tid)) domain.release(task.tid);
  return resume(task, Run{});
}

}  // namespace mecrr
