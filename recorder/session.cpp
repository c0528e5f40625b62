#include "recorder/session.h"

#include <cerrno>
#include <thread>

#include "base/check.h"
#include "base/overloaded.h"
#include "recorder/scheduler/chaos.h"

namespace mecrr {
namespace {

std::unique_ptr<Policy> policy_of(const RecordingContext& context) {
  if (context.chaos_seed) return std::make_unique<Chaos>(*context.chaos_seed);
  return std::make_unique<PlainPolicy>(context.slice);
}

}  // namespace

Session::Session(Device& device, Writer& writer, const RecordingContext& context, Ticks ticks)
    : device_(device),
      writer_(writer),
      context_(context),
      memory_(writer),
      sites_(memory_.contents(), stats_),
      policy_(policy_of(context)),
      ticks_(std::move(ticks)),
      settling_(device, ticks_) {}

std::chrono::nanoseconds Session::elapsed() const { return Clock::now() - started_; }

Result<void> Session::run(Tid first) {
  first_ = first;
  while (device_.has_tasks()) {
    TRY(give_turns());
    if (auto report = TRY(next_report())) {
      TRY(handle_unless_killed(*std::move(report)));
    }
    if (Ticks::has_ticked()) TRY(tick());
    if (context_.interrupted != nullptr && *context_.interrupted) TRY(interrupt());
    tell_failure();
  }
  return {};
}

/// A task can be killed while it is stopped: what was being asked of it then fails with ESRCH, and
/// its end is reported next.
Result<void> Session::handle_unless_killed(Report report) {
  const Tid tid = report.tid;
  auto handled = handle(std::move(report));
  if (!handled && handled.error().code == ESRCH) return {};
  return with_context(std::move(handled), "task {}", tid);
}

/// Says once that the trace has come to its end before the program.
void Session::tell_failure() {
  if (has_told_failure_) return;
  const auto failure = writer_.failure();
  if (!failure) return;
  has_told_failure_ = true;
  context_.warn(fmt::format("{}; the program goes on, unrecorded from here", *failure));
}

// Waits without a pause where some call has not yet turned out to wait; see settle_calls().
Result<std::optional<Report>> Session::next_report() {
  if (auto report = TRY(device_.wait(std::nullopt, Patience::kPoll))) return report;
  while (TRY(settle_calls())) {
    if (auto report = TRY(device_.wait(std::nullopt, Patience::kPoll))) return report;
    std::this_thread::yield();
  }
  TRY(give_turns());
  return device_.wait(std::nullopt, Patience::kBlock);
}

/// Kills all that is there by now; called again as long as anything is.
Result<void> Session::interrupt() {
  was_interrupted_ = true;
  std::set<Pid> pids;
  for (const auto& [tid, task] : tasks_) pids.insert(task.pid);
  for (const Pid pid : pids) {
    auto killed = device_.kill(pid);
    if (!killed && killed.error().code != ESRCH) return killed;
  }
  return {};
}

void Session::count_stop(const Report& report) {
  const auto [why, call] = reason_of(report.stop);
  const bool by_agent = report.abandoned != agent::Abandoned::kNever;
  stats_.count_stop(by_agent ? text_of(report.abandoned) : why, call);
  if (!report.calls.empty()) stats_.count_batch(report.calls);
}

Result<void> Session::handle(Report report) {
  const Tid tid = report.tid;
  count_stop(report);
  if (const auto* exit = std::get_if<Exited>(&report.stop)) return exited(tid, exit->status);
  MECRR_CHECK(report.task.has_value(), "task {} is stopped, but not there", tid);

  if (const auto* executed_stop = std::get_if<Executed>(&report.stop)) {
    if (tid == first_ && tasks_.empty()) {
      Task& task = tasks_.emplace(tid, Task{.tid = tid, .pid = Pid(tid.value())}).first->second;
      task.stopped = std::move(report.task);
      processes_ = 1;
      return begin_program(task, {.stream = writer_.begin_stream()});
    }
    Task& former = tasks_.at(executed_stop->former);
    former.stopped = std::move(report.task);
    return executed(former, tid);
  }
  auto found = tasks_.find(tid);
  if (found == tasks_.end()) {
    born_.insert_or_assign(tid, *std::move(report.task));
    return {};
  }
  Task& task = found->second;
  task.stopped = std::move(report.task);
  if (!report.calls.empty()) TRY(log_calls(task, report.calls));
  return handle_stop(task, report.stop);
}

Result<void> Session::handle_stop(Task& task, const Stop& stop) {
  using Done = Result<void>;
  return std::visit(Overloaded{
                        [&](const Called& s) -> Done { return called(task, s.call); },
                        [&](const Returned& s) -> Done { return returned(task, s.result); },
                        [&](const Signaled& s) -> Done { return signaled(task, s.info, s.place); },
                        [&](const HandlerEntered&) -> Done { return handler_entered(task); },
                        [&](const Created& s) -> Done { return created(task, s); },
                        [&](const Shaped&) -> Done { return shaped(task); },
                        [&](const Exiting& s) -> Done { return exiting(task, s.status); },
                        [&](const Halted&) -> Done { return halted(task); },
                        [&](const Stepped&) -> Done { return stepped(task); },
                        [&](const Paused&) -> Done { return paused(task); },
                        [&](const Continued&) -> Done {
                          wait_for_turn(task, Run{});
                          return {};
                        },
                        [&](const auto&) -> Done { return fail("a stop that was not asked for"); },
                    },
                    stop);
}

pb::Event Session::event_of(const Task& task) const {
  pb::Event event;
  event.set_tid(task.tid.value());
  event.set_elapsed_us(static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(elapsed()).count()));
  return event;
}

// While another task of the domain has the turn and is in a call, nobody must log before that call
// is known to have been entered.
Order Session::log(const Task& task, pb::Event event) {
  for (const Tid other : task.space->domain->running()) {
    if (other != task.tid) log_entered(tasks_.at(other));
  }
  return log(task.space->stream, std::move(event));
}

Order Session::log(StreamId stream, pb::Event event) {
  return writer_.add(stream, std::move(event));
}

void Session::warn_once(const std::string& what, const std::string& line) {
  if (warned_.insert(what).second) context_.warn(line);
}

}  // namespace mecrr
