// From Called to what comes of the call.
#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>

#include "base/check.h"
#include "device/calls/errno_names.h"
#include "device/calls/table.h"
#include "recorder/held_signals.h"
#include "recorder/memory/stack.h"
#include "recorder/messages.h"
#include "recorder/own_code.h"
#include "recorder/refusals.h"
#include "recorder/session.h"
#include "recorder/written_descriptors.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kSyscallBytes = 2;

/// As the agent does it, too (device/agent/shaping.h):
/// MADV_FREE lets the kernel drop pages when it likes; dropping them at once is within its promise.
std::optional<SystemCall> replayable_form(const SystemCall& call) {
  constexpr std::size_t kAdvice = 2;
  if (call.number != SYS_madvise || call.arguments[kAdvice] != MADV_FREE) return std::nullopt;
  SystemCall altered = call;
  altered.arguments[kAdvice] = MADV_DONTNEED;
  return altered;
}

/// An ERESTART result: the kernel makes the call again, unless a handler comes first.
bool is_restart(std::int64_t result) {
  return result <= -calls::kRestartSys && result >= -calls::kRestartRestartBlock;
}

Result<void> restore_arguments(StoppedTask& task, const SystemCall& call) {
  Registers registers = TRY(task.registers());
  registers.rdi = call.arguments[0], registers.rsi = call.arguments[1];
  registers.rdx = call.arguments[2], registers.r10 = call.arguments[3];
  registers.r8 = call.arguments[4], registers.r9 = call.arguments[5];
  return task.set_registers(registers);
}

}  // namespace

Result<void> Session::called(Task& task, const SystemCall& call) {
  task.space->domain->count_call();
  const Registers registers = TRY(task.stopped->registers());
  SystemCall effective = call;
  if (call.number == SYS_restart_syscall && task.interrupted) effective = *task.interrupted;
  const auto arriving = TRY(take_held(task.held, effective, *task.stopped));
  if (arriving && arriving->arrival == Arrival::kBeforeCall) {
    return interpose(task, call, registers, arriving->info);
  }

  CallInProgress in_progress{.call = call,
                             .effective = effective,
                             .before = {},
                             .event = event_of(task),
                             .stack_pointer = registers.rsp};
  *in_progress.event.mutable_state() = TRY(state_at(task, registers));
  pb::Call& message = *in_progress.event.mutable_call();
  message = TRY(call_message(call, effective, *task.stopped));
  message.set_restarted(task.interrupted.has_value());
  message.set_output(output_of(task.tid, effective));
  task.interrupted.reset();
  task.call = std::move(in_progress);

  if (const auto refusal = TRY(refusal_of(*task.stopped, effective))) {
    if (arriving) task.held.push_front(arriving->info);
    if (!refusal->warning.empty()) warn_once(refusal->warning, refusal->warning);
    return refuse_call(task, refusal->error, registers);
  }
  const Command command = arriving ? Command(Interrupt{arriving->info}) : Command(Step{});
  return make_call(task, *TRY(calls::form_of(effective)), command);
}

/// The signal comes before the call, at its `syscall` instruction.
Result<void> Session::interpose(Task& task, const SystemCall& call, Registers registers,
                                const siginfo_t& info) {
  registers.rip -= kSyscallBytes;
  registers.rax = call.number;
  registers.orig_rax = kNoCall;
  task.resumed_at = registers;
  task.has_pending = false;
  task.interrupted.reset();
  return resume(task, Interpose{info});
}

Result<void> Session::refuse_call(Task& task, int error, Registers registers) {
  pb::Event event = std::move(task.call->event);
  task.call.reset();
  event.mutable_call()->mutable_outcome()->set_result(-error);
  log(task, std::move(event));
  registers.rax = static_cast<std::uint64_t>(-std::int64_t{error});
  registers.orig_rax = kNoCall;
  task.resumed_at = registers;
  task.has_pending = false;
  return go_on(task, Skip{-error});
}

Result<void> Session::make_call(Task& task, const calls::Form& form, const Command& command) {
  CallInProgress& call = *task.call;
  call.before = TRY(calls::before(call.effective, *task.stopped));
  call.since = Clock::now();
  if (const auto descriptor = written_descriptor(call.effective)) {
    call.written_file =
        TRY(look_before_writing(*task.stopped, *descriptor, *task.space, memory_.objects()));
  }
  const bool ends_or_makes_tasks =
      form.replay == calls::Replay::kTask && form.extra.registers == calls::RegistersAfter::kKept;
  if (ends_or_makes_tasks) log_entered(task);
  if (const auto altered = replayable_form(call.call)) {
    call.altered = true;
    return resume(task, Alter{*altered});
  }
  return resume(task, command);
}

/// Others are about to run while the task waits in its call: what the kernel has written already,
/// as far as another task of the same memory is stopped, through which we can see it.
void Session::add_early_writes(const Task& task, pb::Call& message) {
  const std::vector<RemoteRange> ranges = calls::written_at_once(task.call->before);
  if (ranges.empty()) return;
  for (const auto& [tid, other] : tasks_) {
    if (other.space != task.space || !other.stopped) continue;
    for (const RemoteRange& range : ranges) {
      // Where there is no memory the call will fail with EFAULT.
      if (const auto bytes = read_bytes(*other.stopped, range.start, range.size)) {
        add_write(range.start, *bytes, message.mutable_write());
      }
    }
    return;
  }
}

void Session::log_entered(Task& task) {
  if (!task.call || task.call->entered) return;
  task.call->entered = true;
  pb::Event event = std::move(task.call->event);
  pb::Call message = std::move(*event.mutable_call());
  add_early_writes(task, message);
  *event.mutable_entered() = std::move(message);
  log(task.space->stream, std::move(event));
}

Result<void> Session::returned(Task& task, std::int64_t result) {
  MECRR_CHECK(task.call.has_value(), "task {} returns from no call", task.tid);
  CallInProgress& call = *task.call;
  if (call.altered) TRY(restore_arguments(*task.stopped, call.call));
  pb::Outcome outcome;
  TRY(fill_outcome(task, result, outcome));
  pb::Event event;
  if (call.entered) {
    event = event_of(task);
    event.mutable_returned()->set_number(call.call.number);
    *event.mutable_returned()->mutable_outcome() = std::move(outcome);
  } else {
    event = std::move(call.event);
    *event.mutable_call()->mutable_outcome() = std::move(outcome);
  }
  log(task, std::move(event));
  remember(task, call.effective, result);
  if (is_restart(result)) task.interrupted = call.effective;
  const bool yields = call.call.number == SYS_sched_yield;
  task.call.reset();
  task.resumed_at = TRY(task.stopped->registers());
  task.has_pending = task.resumed_at->orig_rax == kNoCall &&  // rt_sigreturn's doing
                     TRY(task.stopped->pending_signals()) != 0;
  const Domain& domain = *task.space->domain;
  if (domain.has_turn(task.tid) && !(yields && domain.others_wait())) return go_on(task, Run{});
  wait_for_turn(task, Run{});
  return {};
}

Result<void> Session::fill_outcome(Task& task, std::int64_t result, pb::Outcome& outcome) {
  const CallInProgress& call = *task.call;
  const calls::Form& form = *call.before.form;
  StoppedTask& stopped = *task.stopped;
  outcome.set_result(result);
  TRY(record_memory(task, result, outcome));
  if (form.agent_may() || form.replay == calls::Replay::kMemory) {
    TRY(learn_descriptor(task, form, call.effective));
    TRY(sites_.patch_behind(RemoteAddress(TRY(stopped.registers()).rip), stopped, *task.space,
                            *outcome.mutable_patch()));
  }
  TRY(show_original_code(call.effective, call.before, result, stopped,
                         [&](Pid pid) { return space_of(pid); }));
  if (form.extra.registers == calls::RegistersAfter::kSet) {
    *outcome.mutable_registers() = message_of(TRY(stopped.registers()));
    *outcome.mutable_vector() = message_of(TRY(stopped.vector_state()));
  }
  if (form.replay == calls::Replay::kTask) return {};  // what clone writes is in Created
  const auto ranges = TRY(calls::written(call.effective, call.before, result, stopped));
  return add_writes(stopped, ranges, outcome.mutable_write());
}

/// The agent has made a call that shapes memory, and log_calls() has just looked at what it did.
Result<void> Session::shaped(Task& task) {
  task.resumed_at = TRY(task.stopped->registers());
  task.has_pending = false;
  return go_on(task, Run{});
}

/// What the call has done to mappings, and to what they show.
Result<void> Session::record_memory(Task& task, std::int64_t result, pb::Outcome& outcome) {
  const CallInProgress& call = *task.call;
  StoppedTask& stopped = *task.stopped;
  TRY(record_stack_limit(call.effective, result, stopped, *task.space, outcome));
  if (call.written_file) {
    TRY(record_written_file(*call.written_file, stopped, *task.space, memory_.contents(),
                            memory_.objects(), outcome));
  }
  if (call.before.form->replay != calls::Replay::kMemory) return {};
  TRY(memory_.record_changes(call.effective, result, stopped, *task.space, outcome));
  for (const pb::Change& change : outcome.change()) {
    if (change.map().has_object()) {
      merge_domains(*task.space, ObjectId(change.map().object().object()));
    }
  }
  return note_changes(task, outcome);
}

/// What must be known of a call when its task ends.
void Session::remember(Task& task, const SystemCall& call, std::int64_t result) {
  if (calls::is_error(result)) return;
  if (call.number == SYS_set_tid_address) task.clear_child_tid = RemoteAddress(call.arguments[0]);
  if (call.number == SYS_set_robust_list) task.robust_list = RemoteAddress(call.arguments[0]);
}

const Space* Session::space_of(Pid pid) const {
  const auto found =
      std::ranges::find_if(tasks_, [pid](const auto& entry) { return entry.second.pid == pid; });
  return found == tasks_.end() ? nullptr : found->second.space.get();
}

}  // namespace mecrr
