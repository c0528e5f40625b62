#include "device/ptrace/shared_core.h"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <string_view>

namespace mecrr::ptrace {
namespace {

/// A run of code that is longer than this is worth a core of its own.
constexpr std::chrono::milliseconds kLongRun{1};

cpu_set_t only(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(core), &set);
  return set;
}

std::optional<cpu_set_t> mask_of(pid_t tid) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(tid, sizeof set, &set) != 0) return std::nullopt;
  return set;
}

bool set_mask(pid_t tid, const cpu_set_t& set) {
  return ::sched_setaffinity(tid, sizeof set, &set) == 0;
}

/// Of calls that copy what is behind a descriptor: which argument that is.
std::optional<std::size_t> read_descriptor(std::uint32_t number) {
  switch (number) {
    case SYS_read:
    case SYS_pread64:
    case SYS_readv:
    case SYS_preadv:
    case SYS_preadv2:
    case SYS_splice:
    case SYS_copy_file_range:
      return 0;
    case SYS_sendfile:
      return 1;
    default:
      return std::nullopt;
  }
}

bool shows_masks(Tid tid, const SystemCall& call) {
  if (call.number == SYS_sched_getaffinity || call.number == SYS_sched_setaffinity) return true;
  const auto argument = read_descriptor(call.number);
  if (!argument) return false;
  const auto descriptor = static_cast<int>(call.arguments[*argument]);
  std::array<char, 64> path;  // longer ones fill it, and end otherwise
  const ssize_t size =
      ::readlink(fmt::format("/proc/{}/fd/{}", tid, descriptor).c_str(), path.data(), path.size());
  return size > 0 &&
         std::string_view(path.data(), static_cast<std::size_t>(size)).ends_with("/status");
}

}  // namespace

void SharedCore::resuming(Tid tid, Runs what) {
  if (!tracer_) tracer_.emplace();
  core_ = tracer_->settle();
  const auto now = Clock::now();
  Task& task = tasks_[tid];
  task.runs_code = what == Runs::kCode;
  if (task.runs_code) task.resumed = now;
  const bool others_run = make_room(tid, now);
  if (task.computes && others_run) return release(tid, task);
  bind(tid, task);
}

/// Others that have run code for long already, without a stop, go elsewhere.
/// @return whether others run code
bool SharedCore::make_room(Tid tid, Clock::time_point now) {
  bool others_run = false;
  for (auto& [other, task] : tasks_) {
    if (other == tid || !task.runs_code) continue;
    others_run = true;
    if (task.core != OneProcessor::kAnywhere && now - task.resumed > kLongRun) release(other, task);
  }
  return others_run;
}

void SharedCore::stopped(Tid tid) {
  looking_.erase(tid);
  const auto found = tasks_.find(tid);
  if (found == tasks_.end()) return;
  Task& task = found->second;
  if (!task.runs_code) return;
  task.runs_code = false;
  task.computes = Clock::now() - task.resumed > kLongRun;
}

void SharedCore::called(Tid tid, const SystemCall& call) {
  if (!shows_masks(tid, call)) return;
  looking_.insert(tid);
  for (auto& [other, task] : tasks_) {
    release(other, task);
    task.may_not = false;  // it is found out anew
  }
}

void SharedCore::inherit(Tid parent, Tid child) {
  const auto found = tasks_.find(parent);
  if (found == tasks_.end()) return;
  // The parent may have been released since it made the child.
  const auto own = found->second.own ? found->second.own : mask_of(parent.value());
  if (own) (void)set_mask(child.value(), *own);  // it fails if the child is gone
}

void SharedCore::rename(Tid former, Tid now) {
  if (former == now) return;
  tasks_.erase(now);
  looking_.erase(now);
  auto task = tasks_.extract(former);
  if (task.empty()) return;
  task.key() = now;
  tasks_.insert(std::move(task));
}

void SharedCore::forget(Tid tid) {
  tasks_.erase(tid);
  looking_.erase(tid);
}

void SharedCore::bind(Tid tid, Task& task) {
  if (core_ == OneProcessor::kAnywhere || task.core == core_ || task.may_not || !looking_.empty())
    return;
  if (!task.own) task.own = mask_of(tid.value());
  task.may_not = !task.own || !CPU_ISSET(static_cast<unsigned>(core_), &*task.own) ||
                 !set_mask(tid.value(), only(core_));
  if (!task.may_not) {
    task.core = core_;
  } else if (task.core != OneProcessor::kAnywhere) {
    release(tid, task);
  } else {
    task.own.reset();
  }
}

void SharedCore::release(Tid tid, Task& task) {
  if (task.own) (void)set_mask(tid.value(), *task.own);  // it fails if the task is gone
  task.own.reset();
  task.core = OneProcessor::kAnywhere;
}

}  // namespace mecrr::ptrace
