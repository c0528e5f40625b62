// Who goes on when: tasks of one domain one at a time, domains in parallel.
#include <algorithm>
#include <set>
#include <thread>

#include "base/check.h"
#include "device/calls/table.h"
#include "recorder/session.h"

namespace mecrr {
namespace {

/// Calls that the table says never wait can wait all the same, on a slow disk. It does no harm to
/// find out late.
constexpr std::chrono::milliseconds kPatienceWithOthers{20};

}  // namespace

Result<void> Session::resume(Task& task, const Command& command) {
  MECRR_CHECK(task.stopped.has_value(), "task {} is resumed, but not stopped", task.tid);
  StoppedTask stopped = *std::move(task.stopped);
  task.stopped.reset();
  task.resumed = Clock::now();
  task.slept = false;
  if (!std::holds_alternative<Raise>(command)) task.landing.reset();
  TRY(ticks_.turn_on());
  const bool steps = std::holds_alternative<Run>(command) && TRY(expects_pending(task, stopped));
  TRY(std::move(stopped).resume(steps ? Command(SingleStep{}) : command));
  // What is held is delivered at the next call.
  if (task.held.empty() && !task.space->domain->stops_at_calls()) return {};
  return device_.request_stop(task.tid);
}

/// Whether signals that were pending are to come before the task executes anything. That they were
/// does not say so: another task may have taken them by now. So it is let go for one instruction.
Result<bool> Session::expects_pending(Task& task, const StoppedTask& stopped) {
  if (!task.has_pending) return false;
  task.has_pending = TRY(stopped.pending_signals()) != 0 && TRY(settling_.can_be_stepped(stopped));
  return task.has_pending;
}

/// None has come.
Result<void> Session::stepped(Task& task) {
  task.has_pending = false;
  task.resumed_at.reset();
  return resume(task, Run{});
}

void Session::wait_for_turn(Task& task, const Command& command) {
  Domain& domain = *task.space->domain;
  task.next = command;
  if (domain.has_turn(task.tid)) {
    domain.end_turn(task.tid);
  } else {
    domain.queue(task.tid);
  }
}

Result<void> Session::go_on(Task& task, const Command& command) {
  const Domain& domain = *task.space->domain;
  const bool has_turn = domain.has_turn(task.tid) && domain.running().size() == 1;
  if (has_turn && domain.is_late()) TRY(others_are_ready(task));
  if (!has_turn || (domain.slice_is_over() && domain.others_wait())) {
    wait_for_turn(task, command);
    return {};
  }
  TRY(resume(task, command));
  return stop_if_overdue(task);
}

/// Where a turn may end: not before others are ready. Those that have been woken are heard of.
Result<bool> Session::others_are_ready(const Task& task) {
  const std::shared_ptr<Domain> domain = task.space->domain;
  if (!domain->others_wait()) TRY(hear_of_woken(*domain));
  if (!domain->others_wait()) domain->goes_on_alone(*policy_);
  return domain->others_wait();
}

/// The task has just been resumed: it gets no further, if it is to be led to where its turn ends.
Result<void> Session::stop_if_overdue(const Task& task) {
  const bool is_in_code = !task.call && !task.landing && !task.has_pending;
  const bool stops = is_in_code && task.space->domain->is_overdue();
  return stops ? device_.pause(task.tid) : Result<void>();
}

/// Whoever has been woken is on the way out of its call, if we let it have the processor.
Result<void> Session::hear_of_woken(const Domain& domain) {
  std::this_thread::yield();
  for (const Tid tid : std::set<Tid>(domain.in_calls())) {
    auto report = TRY(device_.wait(tid, Patience::kPoll));
    if (report) TRY(handle_unless_killed(*std::move(report)));
  }
  return {};
}

/// Signals may have been sent to it since it stands there, at a place with a name.
Result<void> Session::begin_turn(Task& task) {
  const bool runs = std::holds_alternative<Run>(task.next) && task.resumed_at;
  if (runs) task.has_pending = TRY(task.stopped->pending_signals()) != 0;
  return resume(task, task.next);
}

Result<void> Session::give_turns() {
  std::set<Domain*> seen;
  for (const std::weak_ptr<Space>& weak : spaces_) {
    const auto space = weak.lock();
    if (!space || !seen.insert(space->domain.get()).second) continue;
    const std::optional<Tid> tid = space->domain->give_turn(*policy_);
    if (space->domain->holds_back()) TRY(ask_again_soon());
    if (!tid) continue;
    Task& task = tasks_.at(*tid);
    task.seen_computing = task.trusted_turns > 0;
    if (task.seen_computing) --task.trusted_turns;
    TRY(watch(task));
    auto resumed = begin_turn(task);
    if (resumed) resumed = stop_if_overdue(task);
    if (!resumed && resumed.error().code != ESRCH) return resumed;
  }
  std::erase_if(spaces_, [](const auto& weak) { return weak.expired(); });
  const auto runs_code = [this](Tid tid) {
    const auto task = tasks_.find(tid);
    return task != tasks_.end() && !task->second.stopped && !task->second.call;
  };
  const auto at_once =
      static_cast<std::uint64_t>(std::ranges::count_if(seen, [&](const Domain* domain) {
        return std::ranges::any_of(domain->running(), runs_code);
      }));
  stats_.most_at_once = std::max(stats_.most_at_once, at_once);
  return {};
}

/// Somebody is ready, and is not to go on yet.
Result<void> Session::ask_again_soon() {
  idle_ticks_ = 0;
  return ticks_.turn_on();
}

Result<bool> Session::settle_calls() {
  bool undecided = false;
  bool released = false;
  for (auto& [tid, task] : tasks_) {
    const Domain& domain = *task.space->domain;
    if (!task.call || task.stopped || !domain.has_turn(tid) || !domain.others_wait()) continue;
    const bool waits = TRY(settle_call(task));
    (waits ? released : undecided) = true;
  }
  if (released) TRY(give_turns());
  return undecided || released;
}

/// If the call that the task is in has turned out to wait, others go on meanwhile.
Result<bool> Session::settle_call(Task& task) {
  const calls::Form* form = task.call->before.form;
  const bool may_wait =
      form->blocks == calls::Blocks::kMaybe || form->replay == calls::Replay::kTask;
  if (!may_wait && Clock::now() - task.call->since < kPatienceWithOthers) return false;
  if (TRY(device_.activity(task.tid)) != Activity::kSleeping) return false;
  log_entered(task);
  task.space->domain->release(task.tid);
  return true;
}

/// `with` has mapped an object: if anybody can write to it, all who can see it must take turns from
/// now on.
void Session::merge_domains(Space& with, ObjectId object) {
  const auto shows = [object](const Space& space) {
    std::vector<BackedMapping> mappings = space.backed.all();
    std::erase_if(mappings, [&](const BackedMapping& mapping) { return mapping.object != object; });
    return mappings;
  };
  const auto can_write = [](const std::vector<BackedMapping>& mappings) {
    return std::ranges::any_of(mappings, &BackedMapping::writable);
  };
  const bool with_can_write = can_write(shows(with));
  for (const std::weak_ptr<Space>& weak : spaces_) {
    const auto other = weak.lock();
    if (!other || other->domain == with.domain) continue;
    const auto mappings = shows(*other);
    if (mappings.empty() || (!with_can_write && !can_write(mappings))) continue;
    const std::shared_ptr<Domain> merged = other->domain;
    with.domain->merge(*merged);
    for (const std::weak_ptr<Space>& member : spaces_) {
      if (const auto space = member.lock(); space && space->domain == merged) {
        space->domain = with.domain;
      }
    }
  }
}

}  // namespace mecrr
