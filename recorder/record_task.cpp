// Tasks begin, become other programs, and end.
#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <set>
#include <vector>

#include "base/files.h"
#include "recorder/messages.h"
#include "recorder/nondeterminism/counter.h"
#include "recorder/session.h"

namespace mecrr {
namespace {

/// Where CLONE_CHILD_CLEARTID has the kernel write at the new task's end.
RemoteAddress clear_child_tid_of(const CallInProgress& call, std::uint64_t flags) {
  if ((flags & CLONE_CHILD_CLEARTID) == 0) return {};
  if (call.effective.number != SYS_clone3) return RemoteAddress(call.effective.arguments[3]);
  constexpr std::uint64_t kChildTidOffset = 16;  // struct clone_args
  return RemoteAddress(load<std::uint64_t>(call.before.kept, kChildTidOffset).value_or(0));
}

/// Whether a fork can see what this space writes.
bool shares_memory(const Space& space) {
  return std::ranges::any_of(
      space.backed.all(), [](const BackedMapping& mapping) { return mapping.object.has_value(); });
}

/// Whether somebody can write to what a fork of this space sees. It often can not be: each program
/// of the C library maps a file of its own (gconv-modules.cache) read-only.
bool shares_what_changes(const Space& space, const std::vector<std::weak_ptr<Space>>& spaces) {
  std::set<ObjectId> shown;
  for (const BackedMapping& mapping : space.backed.all())
    if (mapping.object) shown.insert(*mapping.object);
  if (shown.empty()) return false;
  return std::ranges::any_of(spaces, [&](const std::weak_ptr<Space>& weak) {
    const auto other = weak.lock();
    return other && std::ranges::any_of(other->backed.all(), [&](const BackedMapping& mapping) {
             return mapping.writable && mapping.object && shown.contains(*mapping.object);
           });
  });
}

/// Has the agent, if there is one, answer cpuid from now on; the replay is told with what.
Result<void> answer_cpuid_from(const agent::CpuidTable& table, StoppedTask& task, Space& space,
                               pb::Image& image) {
  if (!TRY(task.answer_cpuid(table))) return {};
  space.cpuid = std::make_shared<const agent::CpuidTable>(table);
  for (const agent::CpuidRow& row : std::span(table.rows).first(table.count)) {
    pb::CpuidRow& message = *image.add_cpuid();
    message.set_leaf(static_cast<std::uint32_t>(row.question));
    message.set_subleaf(static_cast<std::uint32_t>(row.question >> 32));
    message.set_any_subleaf(row.asked == agent::kAnySubleaf);
    message.set_eax(row.eax);
    message.set_ebx(row.ebx);
    message.set_ecx(row.ecx);
    message.set_edx(row.edx);
  }
  return {};
}

/// The task's number in the innermost pid namespace, by which it knows itself.
Result<std::uint32_t> own_number(Tid tid) {
  const std::string status = TRY(read_text_file(fmt::format("/proc/{}/status", tid)));
  const std::size_t line = status.find("\nNSpid:");
  const std::size_t end = status.find('\n', line + 1);
  if (line == std::string::npos || end == std::string::npos) {
    return static_cast<std::uint32_t>(tid.value());
  }
  const std::size_t last = status.find_last_of("\t ", end) + 1;
  std::uint32_t number = 0;
  std::from_chars(status.data() + last, status.data() + end, number);
  return number;
}

}  // namespace

/// The task stands before a new program's first instruction: its address space begins a stream.
Result<void> Session::begin_program(Task& task, const Origin& origin) {
  task.space = std::make_shared<Space>();
  task.space->stream = origin.stream;
  task.space->tasks = 1;
  spaces_.push_back(task.space);
  pb::Event event = event_of(task);
  pb::Image& image = *event.mutable_image();
  TRY(memory_.record_image(*task.stopped, *task.space, image));
  TRY(note_mapped_files(task));
  TRY(know_files(task));
  TRY(device_.order_outputs(task.tid, output_calls()));
  TRY(answer_cpuid_from(cpuid_.table(), *task.stopped, *task.space, image));
  TRY(task.stopped->tell_counter(counter_scale()));
  for (const pb::Mapping& mapping : image.mapping()) {
    TRY(sites_.patch_mapping(mapping, *task.stopped, *task.space, *image.mutable_patch()));
  }
  const Registers registers = TRY(task.stopped->registers());
  *image.mutable_registers() = message_of(registers);
  *image.mutable_vector() = message_of(TRY(task.stopped->vector_state()));
  image.set_parent_stream(static_cast<std::uint32_t>(origin.parent_stream.value()));
  image.set_pid(task.pid.value());
  image.set_parent_pid(parents_[task.pid].value());
  log(task, std::move(event));
  task.resumed_at = registers;
  wait_for_turn(task, Run{});
  return {};
}

Result<std::optional<StoppedTask>> Session::await_birth(Tid child) {
  if (auto born = born_.extract(child)) return std::move(born.mapped());
  while (device_.has_tasks()) {
    std::optional<Report> report = TRY(device_.wait(child, Patience::kBlock));
    if (!report) continue;
    if (report->task) return std::move(*report->task);
    break;  // it has been killed before it did anything
  }
  return std::nullopt;
}

Result<void> Session::created(Task& parent, const Created& stop) {
  const CallInProgress& call = *parent.call;
  std::optional<StoppedTask> born = TRY(await_birth(stop.child));
  if (!born) return resume(parent, Run{});

  const bool same_memory = (stop.flags & CLONE_VM) != 0;
  Task child{.tid = stop.child, .pid = stop.child_pid, .space = parent.space};
  child.stopped = std::move(born);
  child.clear_child_tid = clear_child_tid_of(call, stop.flags);
  const Registers registers = TRY(child.stopped->registers());
  child.resumed_at = registers;
  if (!same_memory) {
    child.space = std::make_shared<Space>(*parent.space);
    child.space->stream = writer_.begin_stream();
    child.space->tasks = 0;
    if (!shares_what_changes(*parent.space, spaces_))
      child.space->domain = std::make_shared<Domain>();
    spaces_.push_back(child.space);
  }
  ++child.space->tasks;

  pb::Event event = event_of(parent);
  pb::Created& message = *event.mutable_created();
  message.set_tid(child.tid.value());
  message.set_pid(child.pid.value());
  message.set_stream(static_cast<std::uint32_t>(child.space->stream.value()));
  message.set_flags(stop.flags);
  *message.mutable_registers() = message_of(registers);
  const auto in_parent =
      TRY(calls::written(call.effective, call.before, stop.child.value(), *parent.stopped));
  TRY(add_writes(*parent.stopped, in_parent, message.mutable_parent_write()));
  const auto in_child = TRY(calls::written(call.effective, call.before, 0, *child.stopped));
  TRY(add_writes(*child.stopped, in_child, message.mutable_child_write()));
  const Order order = log(parent, std::move(event));

  if (child.pid != parent.pid) {
    ++processes_;
    parents_[child.pid] = (stop.flags & CLONE_PARENT) != 0 ? parents_[parent.pid] : parent.pid;
  }
  const bool is_process = child.pid != parent.pid;
  Task& kept = tasks_.emplace(child.tid, std::move(child)).first->second;
  if (is_process) TRY(order_outputs());
  if (!same_memory) {
    pb::Event begin = event_of(kept);
    pb::Forked& forked = *begin.mutable_forked();
    forked.set_parent_stream(static_cast<std::uint32_t>(parent.space->stream.value()));
    forked.set_parent_order(order.value());
    forked.set_pid(kept.pid.value());
    forked.set_parent_pid(parents_[kept.pid].value());
    log(kept, std::move(begin));
  }
  wait_for_turn(kept, Run{});
  return resume(parent, Run{});
}

/// `task` is as it was before, but already stopped as what it has become: task `tid`.
Result<void> Session::executed(Task& task, Tid tid) {
  const Tid former = task.tid;
  const Pid pid = task.pid;
  for (auto at = tasks_.begin(); at != tasks_.end();) {
    Task& other = (at++)->second;  // forget_task() may take it out
    if (other.pid == pid && other.tid != former) TRY(end_task(other, 0));
  }
  const Origin origin{.stream = writer_.begin_stream(), .parent_stream = task.space->stream};
  pb::Event event = event_of(task);
  pb::Replaced& replaced = *event.mutable_replaced();
  replaced.set_stream(static_cast<std::uint32_t>(origin.stream.value()));
  if (task.space->tasks > 1 && !task.clear_child_tid.is_null()) {
    add_writes({DyingWrite{task.clear_child_tid, 0}}, replaced.mutable_write());
  }
  log(task, std::move(event));

  Task program{.tid = tid, .pid = pid, .space = nullptr};
  program.stopped = std::move(task.stopped);
  program.held = std::move(task.held);
  forget_task(task);
  return begin_program(tasks_.insert_or_assign(tid, std::move(program)).first->second, origin);
}

Result<void> Session::exiting(Task& task, int status) {
  log_entered(task);
  task.space->domain->unqueue(task.tid);  // it was killed while it waited for its turn
  const bool others_see_it = task.space->tasks > 1 || shares_memory(*task.space);
  if (others_see_it && !task.robust_list.is_null()) {
    task.dying_writes =
        robust_list_writes(*task.stopped, task.robust_list, TRY(own_number(task.tid)));
  }
  if (task.space->tasks > 1 && !task.clear_child_tid.is_null()) {
    task.dying_writes.push_back({task.clear_child_tid, 0});
  }
  TRY(resume(task, Run{}));
  return await_zombie(task.tid, status);
}

// The main thread's end is reported only when all others have ended, though it is over at once. And
// who waits for a futex that a dying task writes wakes up before that task is gone: its end must be
// in the trace first. Test: robust_mutex_wakes_waiter.
Result<void> Session::await_zombie(Tid tid, int status) {
  Task& task = tasks_.at(tid);
  const bool is_main = tid.value() == task.pid.value();
  const bool has_siblings = std::ranges::any_of(tasks_, [&](const auto& entry) {
    return entry.second.pid == task.pid && entry.first != tid;
  });
  const bool wakes_others = !task.dying_writes.empty();
  if (!wakes_others && (!is_main || !has_siblings)) return {};
  while (true) {
    const Activity before = TRY(device_.activity(tid));
    if (auto report = TRY(device_.wait(tid, Patience::kPoll))) return handle(*std::move(report));
    if (before == Activity::kStopped) break;  // and nothing to report: it is a zombie
  }
  return end_task(task, status);
}

Result<void> Session::exited(Tid tid, int status) {
  born_.erase(tid);
  if (tid == first_) first_status_ = status;
  const auto found = tasks_.find(tid);
  if (found == tasks_.end()) return {};
  return end_task(found->second, status);
}

/// The task is no more: says so in the trace, and forgets it.
Result<void> Session::end_task(Task& task, int status) {
  log_entered(task);
  pb::Event event = event_of(task);
  pb::Exited& message = *event.mutable_exited();
  if (WIFSIGNALED(status)) {
    message.set_signal(WTERMSIG(status));
    message.set_dumped_core(WCOREDUMP(status));
  } else {
    message.set_status(WEXITSTATUS(status));
  }
  message.set_process(std::ranges::none_of(tasks_, [&](const auto& entry) {
    return entry.second.pid == task.pid && entry.first != task.tid;
  }));
  add_writes(task.dying_writes, message.mutable_write());
  const bool is_process = message.process();
  log(task, std::move(event));
  forget_task(task);
  return is_process ? order_outputs() : Result<void>{};
}

void Session::forget_task(Task& task) {
  task.space->domain->remove(task.tid);
  --task.space->tasks;
  tasks_.erase(task.tid);
}

}  // namespace mecrr
