// Tasks that compute and make no calls: stopped in their own code, so that others get their turn
// and signals are delivered (docs/landing.md).
#include <algorithm>

#include "base/overloaded.h"
#include "device/stack_hash.h"
#include "recorder/held_signals.h"
#include "recorder/memory/maps.h"
#include "recorder/messages.h"
#include "recorder/session.h"
#include "trace-format/limits.h"

namespace mecrr {
namespace {

/// How long a signal waits for a call to come with.
constexpr std::chrono::milliseconds kSignalPatience{3};
/// How much longer if they are blocked.
constexpr std::chrono::milliseconds kBlockedPatience{50};
/// After so long it is looked at whether the task that has the turn just waits for others.
constexpr std::chrono::milliseconds kSpinPatience{2};
/// If it did when it was looked at before.
constexpr std::chrono::microseconds kSpinnerPatience{100};

/// Memory whose hash is worth its time: 2 ms, for so much.
constexpr std::uint64_t kSmallMemory = 8 << 20;

}  // namespace

void Session::hold(Task& task, const siginfo_t& info) {
  if (task.held.empty()) task.held_since = Clock::now();
  mecrr::hold(task.held, info);
}

/// Whether a task that runs the program's code is to be stopped there.
bool Session::should_pause(const Task& task, Clock::time_point now) const {
  // A signal that has been raised, or is pending, comes first.
  if (task.landing || task.has_pending) return false;
  if (!task.held.empty() && now - task.held_since >= kSignalPatience) return true;
  const Domain& domain = *task.space->domain;
  return (domain.others_wait() || domain.is_overdue()) &&
         computes_for(task) <= std::chrono::nanoseconds::zero();
}

/// When it may be, unless it stops before.
std::chrono::nanoseconds Session::pauses_in(const Task& task, Clock::time_point now) {
  if (!task.held.empty()) return task.held_since + kSignalPatience - now;
  if (task.space->domain->others_may_wait()) return computes_for(task);
  return std::chrono::nanoseconds::max();
}

/// For how much longer, while others wait, it is left alone: until its turn is over, or it is
/// looked at whether it spins.
std::chrono::nanoseconds Session::computes_for(const Task& task) {
  const Domain& domain = *task.space->domain;
  const std::chrono::nanoseconds most = domain.turn().computing - domain.turn_length();
  if (task.seen_computing) return most;
  const std::chrono::nanoseconds patience = task.spins ? kSpinnerPatience : kSpinPatience;
  return std::min(most, patience - domain.had_for());
}

/// The task is about to go on, and to be looked at when it has computed for long enough.
Result<void> Session::watch(const Task& task) {
  if (!task.space->domain->others_may_wait()) return {};
  return ticks_.come_within(computes_for(task));
}

/// The task has been stopped because it was asked to be.
Result<void> Session::paused(Task& task) {
  if (!task.landing) return land(task);
  // It was asked before it was led to its place, and has executed nothing there.
  std::optional<pb::Landing> landing = std::move(task.landing);
  TRY(resume(task, Run{}));
  task.landing = std::move(landing);
  return {};
}

/// The task has been stopped somewhere in its own code.
Result<void> Session::land(Task& task) {
  StoppedTask stopped = *std::exchange(task.stopped, std::nullopt);
  const Domain& domain = *task.space->domain;
  // A thread that nobody waits for may spin as it likes.
  const bool is_known = task.seen_computing || !domain.others_may_wait();
  const Look look = is_known ? Look::kBriefly : Look::kForSpinning;
  Settled settled =
      TRY(settling_.settle(std::move(stopped), task.pid, *task.space, look, domain.turn().chance));
  for (const siginfo_t& info : settled.signals) hold(task, info);
  using Done = Result<void>;
  return std::visit(Overloaded{
                        [&](Landed& where) -> Done {
                          task.stopped = std::move(where.task);
                          if (!settled.calls.empty()) TRY(log_calls(task, settled.calls));
                          return landed(task, where);
                        },
                        [&](AtEvent& at) -> Done {
                          task.stopped = std::move(at.task);
                          if (!settled.calls.empty()) TRY(log_calls(task, settled.calls));
                          TRY(device_.request_stop(task.tid));
                          return resume(task, Run{});
                        },
                        [&](Overtaken& by) -> Done {
                          by.report.calls = std::move(settled.calls);
                          return handle(std::move(by.report));
                        },
                    },
                    settled.outcome);
}

/// Where the task stands, at a stop that has a place. The first behind a landing tells more: then a
/// replay that has landed at another moment comes to another stack, if to no other registers.
Result<pb::State> Session::state_at(Task& task, const Registers& registers) {
  pb::State state = state_of(registers);
  if (!std::exchange(task.has_landed, false)) return state;
  const RemoteAddress top(registers.rsp);
  const std::vector<MapsLine> maps = writable_by_program(TRY(read_maps(task.tid)));
  const MapsLine* stack = mapping_at(maps, top);
  if (stack == nullptr) return state;
  const RemoteRange looked_at = readable_part(
      *task.stopped, {top, std::min<std::uint64_t>(stack->range.end() - top, kMaxStateStackBytes)});
  if (looked_at.size == 0) return state;
  state.set_stack_bytes(static_cast<std::uint32_t>(looked_at.size));
  state.set_stack_hash(TRY(stack_hash(*task.stopped, looked_at)));
  return state;
}

/// Of all tasks that share the task's memory.
std::vector<std::uint64_t> Session::stack_pointers(const Task& task) const {
  std::vector<std::uint64_t> all;
  for (const auto& [tid, other] : tasks_) {
    if (other.space != task.space) continue;
    if (other.call) {
      all.push_back(other.call->stack_pointer);
    } else if (other.stopped) {
      // One that has just been killed has no memory of its own to speak of any more.
      if (const auto registers = other.stopped->registers()) all.push_back(registers->rsp);
    }
  }
  return all;
}

/// A look costs some 3 ms. Who has been seen to compute, and not to spin, is looked at less often.
void Session::trust(Task& task, const Landed& landed) {
  constexpr int kMostTurns = 9;
  if (landed.spins == Spins::kNotSeen) return;
  task.spins = landed.spins == Spins::kYes;
  if (task.spins) {
    task.trusted_turns = task.trusted_next = 0;
  } else if (!task.seen_computing) {
    task.trusted_turns = task.trusted_next = std::min(2 * task.trusted_next + 1, kMostTurns);
  }
  task.seen_computing = true;
}

Result<void> Session::landed(Task& task, const Landed& landed) {
  task.landing = landed.landing;
  task.resumed_at = TRY(task.stopped->registers());
  task.has_pending = false;
  task.interrupted.reset();
  HashedMemory memory{.stacks = stack_pointers(task)};
  if (context_.hash_memory == HashMemory::kIfSmall) memory.most = kSmallMemory;
  HashedMemory near{.stacks = memory.stacks, .pages = std::vector<RemoteAddress>()};
  for (const std::uint64_t number : task.landing->near_page())
    near.pages->emplace_back(number * kPageBytes);
  task.landing->set_near_hash(TRY(task.stopped->memory_hash(near)).value_or(0));
  const auto hash = TRY(task.stopped->memory_hash(memory));
  if (hash) task.landing->set_memory_hash(*hash);
  if (const auto info = TRY(take_unblocked(task.held, *task.stopped)))
    return resume(task, Raise{*info});
  task.held_since = Clock::now() + kBlockedPatience;  // if there are any, they are blocked
  const Domain& domain = *task.space->domain;
  const bool is_over =
      domain.others_may_wait() &&
      (landed.spins == Spins::kYes || domain.turn_length() >= domain.turn().computing);
  const bool gives_way = is_over && TRY(others_are_ready(task));
  trust(task, landed);
  if (!gives_way) {
    TRY(watch(task));
    return resume(task, Run{});
  }
  pb::Event event = event_of(task);
  *event.mutable_state() = state_of(landed.registers);
  *event.mutable_landing() = *std::exchange(task.landing, std::nullopt);
  event.mutable_preempted();
  task.has_landed = true;
  log(task, std::move(event));
  wait_for_turn(task, Run{});
  return {};
}

}  // namespace mecrr
