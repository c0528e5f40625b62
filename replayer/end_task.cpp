// Tasks that end, or leave their stream for a new program.
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "replayer/replayer.h"

namespace mecrr {
namespace {

constexpr std::array<std::uint32_t, 2> kReplacing = {SYS_execve, SYS_execveat};

}  // namespace

Result<void> Replayer::apply_replaced(ReplayedTask& task, const pb::Replaced& replaced) {
  if (task.stand != Stand::kInCall ||
      std::ranges::find(kReplacing, task.call.number) == kReplacing.end())
    return fail("task {} is in no call that starts a program", task.tid);
  if (processes_.at(task.pid).tasks != 1) return fail("process {} still has other tasks", task.pid);
  TRY(write_all(task, replaced.write()));
  return remove(task);
}

Result<void> Replayer::apply_exited(ReplayedTask& task, const pb::Exited& exited) {
  if (exited.process() != (processes_.at(task.pid).tasks == 1))
    return fail("process {} has {} tasks", task.pid, processes_.at(task.pid).tasks);
  TRY(write_all(task, exited.write()));
  return remove(task);
}

/// Ends the task, and with the last one the process. `task` is gone afterwards.
Result<void> Replayer::remove(ReplayedTask& task) {
  ReplayedProcess& process = processes_.at(task.pid);
  const StreamId stream = task.stream;
  const Tid actual = task.actual;
  if (process.tasks == 1) {
    std::vector<Tid> tids = {actual};
    if (process.parked) tids.push_back(process.parked->tid());
    task.stopped.reset();
    TRY(end_process(process, std::move(tids)));
    processes_.erase(task.pid);
  } else if (actual.value() == process.actual.value()) {
    process.parked.emplace(*std::exchange(task.stopped, std::nullopt));
    --process.tasks;
  } else {
    const auto result = task.stopped->perform({SYS_exit, {0}});
    task.stopped.reset();
    if (result) return fail("task {} does not end", task.tid);
    if (result.error().code != ESRCH) return std::unexpected(result.error());
    TRY(await_exit(actual));
    --process.tasks;
  }
  tasks_.erase(task.tid);
  if (!is_alive(stream)) sites_.forget(stream);
  return {};
}

Result<void> Replayer::end_process(ReplayedProcess& process, std::vector<Tid> actual_tids) {
  process.parked.reset();
  TRY(device_->kill(process.actual));
  for (const Tid tid : actual_tids) TRY(await_exit(tid));
  return {};
}

Result<void> Replayer::await_exit(Tid actual) {
  while (true) {
    const auto report = TRY(device_->wait(actual, Patience::kBlock));
    if (report && std::holds_alternative<Exited>(report->stop)) return {};
    if (!report && !device_->has_tasks()) return {};
  }
}

}  // namespace mecrr
