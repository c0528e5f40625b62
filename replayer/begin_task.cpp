// New tasks: programs, forks, threads.
#include <sched.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "replayer/replayer.h"

namespace mecrr {
namespace {

/// More at the same time is no program but a trace that is made to exhaust the machine.
constexpr std::size_t kMaxTasks = 16 * 1024;

constexpr std::array<std::uint32_t, 4> kCreating = {SYS_clone, SYS_fork, SYS_vfork, SYS_clone3};

// How children are made in a replay, whatever the program asked for. A process is a child of
// mecrr's, as its parent is: nobody else has to be told when it ends.
constexpr std::uint64_t kThread =
    CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
constexpr std::uint64_t kProcess = CLONE_FS | CLONE_FILES | CLONE_PARENT | SIGCHLD;

}  // namespace

Result<void> Replayer::apply_image(const pb::Event& event) {
  const pb::Image& image = event.image();
  const Tid tid(event.tid());
  const Pid pid(image.pid());
  if (pid.value() <= 0 || pid.value() != tid.value())
    return fail("a program begins in task {} of process {}", tid, pid);
  if (find(tid) != nullptr) return fail("task {} exists already", tid);
  if (is_alive(pending_->stream)) return fail("stream {} has begun already", pending_->stream);
  if (tasks_.size() >= kMaxTasks) return fail("there are more than {} tasks", kMaxTasks);
  TRY(add_process({.pid = pid,
                   .parent = Pid(image.parent_pid()),
                   .actual = Pid(),
                   .stream = pending_->stream,
                   .path = image.path(),
                   .arguments = {image.argument().begin(), image.argument().end()},
                   .parked = std::nullopt}));

  StoppedTask blank = TRY(device_->create_blank({.descriptors = options_.backing->descriptors()}));
  const Tid actual = blank.tid();
  ReplayedProcess& process = processes_.at(pid);
  process.actual = Pid(actual.value());
  process.tasks = 1;
  ReplayedTask task{
      .tid = tid,
      .pid = pid,
      .stream = pending_->stream,
      .actual = actual,
      .stopped = std::move(blank),
      .memory = std::make_shared<AddressSpace>(*options_.backing),
      .registers = from_trace(image.registers()),
      .registers_changed = true,
      .stop = std::nullopt,
      .output = {},
  };
  for (const pb::Mapping& mapping : image.mapping()) TRY(task.memory->map(*task.stopped, mapping));
  TRY(write_all(task, image.memory()));
  TRY(task.memory->answer_cpuid(*task.stopped, image.cpuid()));
  for (const pb::Patch& patch : image.patch()) TRY(task.memory->patch(*task.stopped, patch));
  if (image.has_vector()) TRY(set_vector(task, image.vector()));
  tasks_.emplace(tid, std::move(task));
  return {};
}

Result<void> Replayer::add_process(ReplayedProcess process) {
  const Pid pid = process.pid;
  if (!processes_.emplace(pid, std::move(process)).second)
    return fail("process {} exists already", pid);
  return {};
}

/// The child has been made at its parent's Created event.
Result<void> Replayer::apply_forked(const pb::Event& event) {
  ReplayedTask* task = find(Tid(event.tid()));
  if (task == nullptr || task->stream != pending_->stream || task->begun ||
      task->pid != Pid(event.forked().pid()))
    return fail("process {} has not been forked", event.forked().pid());
  task->begun = true;
  return {};
}

Result<void> Replayer::apply_created(ReplayedTask& parent, const pb::Created& created) {
  if (parent.stand != Stand::kInCall ||
      std::ranges::find(kCreating, parent.call.number) == kCreating.end())
    return fail("task {} is in no call that creates tasks", parent.tid);
  const Tid tid(created.tid());
  const Pid pid(created.pid());
  const StreamId stream(created.stream());
  const bool shares = stream == parent.stream;
  const bool is_thread = pid == parent.pid;
  if (tid.value() <= 0 || find(tid) != nullptr) return fail("a new task {}", tid);
  if (is_thread ? !shares : pid.value() != tid.value())
    return fail("a new task {} of process {} in stream {}", tid, pid, stream);
  if (!shares && is_alive(stream)) return fail("stream {} has begun already", stream);
  if (tasks_.size() >= kMaxTasks) return fail("there are more than {} tasks", kMaxTasks);
  TRY(write_all(parent, created.parent_write()));
  if (!shares && !events_.has(stream)) return {};  // its process is not among those replayed

  if (!is_thread) {
    const ReplayedProcess& former = processes_.at(parent.pid);
    TRY(add_process({.pid = pid,
                     .parent = parent.pid,
                     .actual = Pid(),
                     .stream = stream,
                     .path = former.path,
                     .arguments = former.arguments,
                     .parked = std::nullopt}));
  }
  StoppedTask child = TRY(
      make_child(parent, is_thread ? kThread : kProcess | (shares ? std::uint64_t{CLONE_VM} : 0)));
  const Tid actual = child.tid();
  ReplayedProcess& process = processes_.at(pid);
  ++process.tasks;
  if (!is_thread) process.actual = Pid(actual.value());
  ReplayedTask task{
      .tid = tid,
      .pid = pid,
      .stream = stream,
      .actual = actual,
      .stopped = std::move(child),
      .memory = shares ? parent.memory : std::make_shared<AddressSpace>(parent.memory->forked()),
      .registers = from_trace(created.registers()),
      .registers_changed = true,
      .stop = std::nullopt,
      .output = {},
      .begun = shares,
  };
  TRY(write_all(task, created.child_write()));
  if (!shares) sites_.inherit(parent.stream, stream);
  tasks_.emplace(tid, std::move(task));
  return {};
}

Result<StoppedTask> Replayer::make_child(ReplayedTask& parent, std::uint64_t flags) {
  const std::int64_t result = TRY(parent.stopped->perform({SYS_clone, {flags}}));
  if (result <= 0) return fail_with_code(static_cast<int>(-result), "making a task");
  const Tid actual(static_cast<pid_t>(result));
  std::optional<Report> report;
  while (!report) {
    report = TRY(device_->wait(actual, Patience::kBlock));
    if (!report && !device_->has_tasks()) return fail("a new task is gone");
  }
  if (!report->task || !std::holds_alternative<Born>(report->stop))
    return fail("a new task was killed from outside of the replay");
  return *std::exchange(report->task, std::nullopt);
}

}  // namespace mecrr
