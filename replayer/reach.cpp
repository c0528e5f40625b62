// Bringing the pending event's task to the event, and comparing it with the log there.
#include "device/calls/errno_names.h"
#include "device/protocol/text.h"
#include "replayer/describe.h"
#include "replayer/landing/landing.h"
#include "replayer/landing/referee.h"
#include "replayer/replayer.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kSyscallBytes = 2;

/// As the task would be if the call that it stands at had not been made yet; rcx and r11 are lost.
Registers before_the_call(Registers registers) {
  registers.rip -= kSyscallBytes;
  registers.rax = registers.orig_rax;
  registers.orig_rax = kNoCall;
  return registers;
}

const pb::Call* call_in(const pb::Event& event) {
  if (event.has_call()) return &event.call();
  return event.has_entered() ? &event.entered() : nullptr;
}

bool is_asynchronous(const pb::Event& event) {
  return event.has_signal() && event.signal().cause() == pb::Signal::ASYNCHRONOUS;
}

/// Whether the event has a place in a task's code that the task must get to by itself.
bool has_place(const pb::Event& event) {
  if (event.has_instruction() || event.has_landing() || call_in(event) != nullptr) return true;
  return event.has_signal() && (!is_asynchronous(event) || event.has_state());
}

/// A call that the recorder refused leaves no number in orig_rax.
bool stands_behind_call(const pb::State& state, Registers registers) {
  if (!compare(state, registers)) return true;
  registers.orig_rax = kNoCall;
  return !compare(state, registers);
}

}  // namespace

Result<std::optional<Advance>> Replayer::reach(Breakpoints heed) {
  if (!has_place(*pending_->event)) return std::nullopt;
  ReplayedTask& task = *TRY(in_event(pending_task()));
  if (!pending_->event->has_state()) {
    return in_event<std::optional<Advance>>(fail("it does not say where its task was"));
  }
  for (bool must_run = TRY(in_event(must_leave(task))); must_run;) {
    switch (TRY(in_event(run_task(task, heed)))) {
      case Ran::kInterrupted:
        return Interrupted{};
      case Ran::kOverdue:
        return never_comes(task);
      case Ran::kBreakpoint:
        return BreakpointHit{task.tid, RemoteAddress(task.registers.rip), stopped_by_};
      case Ran::kProbed:
        must_run = !TRY(in_event(takes_landing(task)));
        break;
      case Ran::kStopped:
      case Ran::kStepped:
      case Ran::kAnswered:
        must_run = needs_to_run(task);
        break;
    }
  }
  auto early = TRY(compare_at_event());
  if (!early) TRY(in_event(show_landing()));
  return early;
}

/// Whether the task has to go on from where the last event has left it.
Result<bool> Replayer::must_leave(const ReplayedTask& task) {
  const bool may_stay = task.stand == Stand::kBehindEvent || task.stand == Stand::kInCode;
  if (!pending_->event->has_landing() || !may_stay) return needs_to_run(task);
  return !TRY(takes_landing(task));
}

/// Whether the place that is like the landing is it. If not, the task goes on.
Result<bool> Replayer::takes_landing(const ReplayedTask& task) {
  const Likeness found = landing_likeness(task);
  landings_.alike += found == Likeness::kProbed;
  if (found != Likeness::kAllSeen) return found == Likeness::kEqual;
  const Order order(pending_->event->order());
  ++landings_.wrong;
  landings_.unsure += unsure_ != order;
  unsure_ = order;
  if (options_.referee != nullptr)
    TRY(options_.referee->see_wrong(order, *task.stopped, stack_pointers(task)));
  return false;
}

/// To the referee.
Result<void> Replayer::show_landing() {
  const pb::Event& event = *pending_->event;
  if (options_.referee == nullptr || !event.has_landing()) return {};
  const ReplayedTask& task = *TRY(pending_task());
  return options_.referee->see_right(Order(event.order()), event.landing(), *task.stopped,
                                     stack_pointers(task));
}

Result<std::optional<Advance>> Replayer::compare_at_event() {
  ReplayedTask& task = *TRY(in_event(pending_task()));
  auto differs = TRY(in_event(difference(task)));
  const pb::State& state = pending_->event->state();
  if (!differs) differs = compare_stack(state, *task.stopped);
  if (differs) return divergence(task, *std::move(differs));
  if (state.stack_bytes() != 0) task.landed.reset();
  return std::nullopt;
}

bool Replayer::is_reached() const {
  const ReplayedTask* task = find(Tid(pending_->event->tid()));
  return !has_place(*pending_->event) || (task != nullptr && !needs_to_run(*task));
}

/// Of all tasks that share the task's memory.
std::vector<std::uint64_t> Replayer::stack_pointers(const ReplayedTask& task) const {
  std::vector<std::uint64_t> stacks;
  for (const auto& [tid, other] : tasks_) {
    if (other.stream == task.stream) stacks.push_back(other.registers.rsp);
  }
  return stacks;
}

Likeness Replayer::landing_likeness(const ReplayedTask& task) const {
  return likeness(pending_->event->landing(), task.registers, *task.stopped, stack_pointers(task));
}

/// Whether the task has code to execute before it is at the pending event, which has a place.
bool Replayer::needs_to_run(const ReplayedTask& task) const {
  if (task.stand == Stand::kAtStop || task.stand == Stand::kInCall) return false;
  const pb::Event& event = *pending_->event;
  if (event.has_landing()) return landing_likeness(task) != Likeness::kEqual;
  if (task.stand == Stand::kInCode) return true;
  if (const pb::Call* call = call_in(event)) return !call->restarted();
  // A signal that came before the task executed anything: behind a call, or at its very beginning.
  if (is_asynchronous(event)) return !stands_behind_call(event.state(), task.registers);
  return true;
}

Result<std::optional<Difference>> Replayer::difference(ReplayedTask& task) const {
  const pb::Event& event = *pending_->event;
  if (task.stand == Stand::kInCall) return fail("task {} is in a call", task.tid);
  if (const pb::Call* call = call_in(event)) {
    if (call->restarted() && task.stand == Stand::kBehindEvent) {
      if (!calls::is_interruption(static_cast<std::int64_t>(task.registers.rax)))
        return fail("a call is made again that was not interrupted");
      task.registers.orig_rax = call->number();
      task.call = task.effective;
      task.call.number = call->number();
    }
    return call_difference(task, *call);
  }
  if (event.has_landing()) {
    if (task.stand != Stand::kAtStop) return std::nullopt;  // compared by needs_to_run()
    return other_stop(task);
  }
  if (event.has_instruction()) return instruction_difference(task);
  return signal_difference(task);
}

std::optional<Difference> Replayer::call_difference(ReplayedTask& task,
                                                    const pb::Call& call) const {
  if (task.stand == Stand::kAtStop) {
    const auto* called = std::get_if<Called>(&*task.stop);
    if (called == nullptr) return other_stop(task);
    task.call = task.effective = called->call;
  }
  if (auto differs = compare(call, task.call, *task.stopped)) return differs;
  if (auto differs = compare(pending_->event->state(), task.registers)) return differs;
  return compare_inputs(call, task.effective, *task.stopped);
}

std::optional<Difference> Replayer::instruction_difference(const ReplayedTask& task) const {
  const pb::Event& event = *pending_->event;
  const auto* signaled = std::get_if<Signaled>(&*task.stop);
  const auto kind = event.instruction().kind();
  const bool faults = kind == pb::Instruction::RDTSC || kind == pb::Instruction::RDTSCP;
  if (signaled == nullptr || signaled->info.si_signo != (faults ? SIGSEGV : SIGTRAP) ||
      signaled->info.si_code != SI_KERNEL)
    return other_stop(task);
  return compare(event.state(), task.registers);
}

std::optional<Difference> Replayer::signal_difference(const ReplayedTask& task) const {
  const pb::Event& event = *pending_->event;
  if (is_asynchronous(event)) {
    if (task.stand == Stand::kBehindEvent) return std::nullopt;  // compared by needs_to_run()
    if (!std::holds_alternative<Called>(*task.stop)) return other_stop(task);
    return compare(event.state(), before_the_call(task.registers));
  }
  const auto* signaled = std::get_if<Signaled>(&*task.stop);
  if (signaled == nullptr) return other_stop(task);
  if (auto differs = compare(event.signal(), signaled->info)) return differs;
  return compare(event.state(), task.registers);
}

std::optional<Difference> Replayer::other_stop(const ReplayedTask& task) const {
  return Difference{"what happens", describe(*pending_->event),
                    protocol::text_of(*task.stop, *task.stopped)};
}

Divergence Replayer::never_comes(const ReplayedTask& task) const {
  return divergence(task, {"what happens", describe(*pending_->event),
                           fmt::format("it has computed for {:.1f} s, and not come there",
                                       std::chrono::duration<double>(landing_patience()).count())});
}

Divergence Replayer::divergence(const ReplayedTask& task, Difference difference) const {
  return {
      .position = *position(),
      .event = *pending_->event,
      .subject = std::move(difference.subject),
      .expected = std::move(difference.expected),
      .found = std::move(difference.found),
      .registers = task.registers,
      .landing = task.landed,
  };
}

}  // namespace mecrr
