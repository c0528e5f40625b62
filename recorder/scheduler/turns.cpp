// Who goes on when: tasks of one domain one at a time, domains in parallel.
#include <algorithm>

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
  if (task.held.empty()) return {};
  return device_.request_stop(task.tid);  // they are delivered at the next call
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
  if (domain.has_turn(task.tid)) domain.release(task.tid);
  task.next = command;
  domain.queue(task.tid);
}

Result<void> Session::go_on(Task& task, const Command& command) {
  const Domain& domain = *task.space->domain;
  const bool alone = domain.running().size() == 1;
  if (domain.has_turn(task.tid) && alone && !domain.slice_is_over()) return resume(task, command);
  wait_for_turn(task, command);
  return {};
}

Result<void> Session::give_turns() {
  std::set<Domain*> seen;
  for (const std::weak_ptr<Space>& weak : spaces_) {
    const auto space = weak.lock();
    if (!space || !seen.insert(space->domain.get()).second) continue;
    const std::optional<Tid> tid = space->domain->give_turn();
    if (!tid) continue;
    Task& task = tasks_.at(*tid);
    task.seen_computing = false;
    auto resumed = resume(task, task.next);
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
