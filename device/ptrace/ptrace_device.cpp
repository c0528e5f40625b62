#include "device/ptrace/ptrace_device.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "base/files.h"
#include "device/ptrace/memory_hash.h"
#include "device/ptrace/proc.h"
#include "device/ptrace/requests.h"

namespace mecrr {

std::unique_ptr<PtraceDevice> PtraceDevice::create() {
  return std::unique_ptr<PtraceDevice>(new PtraceDevice);
}

PtraceDevice::~PtraceDevice() {
  std::set<Pid> pids;
  for (const auto& [tid, tracee] : tracees_) pids.insert(tracee.pid);
  for (Pid pid : pids) ::kill(pid.value(), SIGKILL);
  // A task that stands at its Exiting stop is not woken by a signal any more.
  for (const auto& [tid, tracee] : tracees_) {
    (void)ptrace::resume(tid, ptrace::Resume::kContinue, 0);  // fails where it runs
  }
  while (!tracees_.empty()) {
    int status = 0;
    pid_t tid = ::waitpid(-1, &status, __WALL | __WNOTHREAD);
    if (tid < 0 && errno == EINTR) continue;
    if (tid < 0) break;  // ECHILD: somebody else reaped them, or they were never ours
    if (WIFSTOPPED(status)) {
      (void)ptrace::resume(Tid(tid), ptrace::Resume::kContinue,
                           0);  // the end of a killed task is a stop, too
    } else {
      tracees_.erase(Tid(tid));
    }
  }
}

bool PtraceDevice::has_tasks() const {
  return tracees_.size() > (seed_ ? 1 : 0) || !ready_.empty();
}

Result<PtraceDevice::Tracee*> PtraceDevice::find(Tid tid) {
  auto found = tracees_.find(tid);
  if (found == tracees_.end()) return fail_with_code(ESRCH, "task {} is gone", tid);
  return &found->second;
}

Report PtraceDevice::report(Tid tid, Stop stop) {
  if (std::holds_alternative<Exited>(stop)) return {tid, std::move(stop), std::nullopt};
  return {tid, std::move(stop), StoppedTask(*this, tid)};
}

Result<std::optional<Report>> PtraceDevice::wait(std::optional<Tid> only, Patience patience) {
  const int options = __WALL | __WNOTHREAD | (patience == Patience::kPoll ? WNOHANG : 0);
  while (true) {
    const auto ready =
        std::ranges::find_if(ready_, [&](const Report& r) { return !only || r.tid == *only; });
    if (ready != ready_.end()) {
      Report first = std::move(*ready);
      ready_.erase(ready);
      return first;
    }
    int status = 0;
    pid_t tid = ::waitpid(only ? only->value() : -1, &status, options);
    if (tid == 0 || (tid < 0 && (errno == EINTR || errno == ECHILD))) return std::nullopt;
    if (tid < 0) return fail_errno("waiting for tasks");
    std::optional<Report> report = TRY(translate(Tid(tid), status));
    if (!report) continue;
    if (only && report->tid != *only) {
      ready_.push_back(std::move(*report));
      continue;
    }
    return report;
  }
}

Result<int> PtraceDevice::wait_status(Tid tid) {
  int status = 0;
  while (::waitpid(tid.value(), &status, __WALL) < 0) {
    if (errno != EINTR) return fail_errno("waiting for task {}", tid);
  }
  return status;
}

Result<Activity> PtraceDevice::activity(Tid tid) { return ptrace::activity(tid); }

Result<void> PtraceDevice::kill(Pid pid) {
  if (::kill(pid.value(), SIGKILL) < 0) return fail_errno("killing process {}", pid);
  return {};
}

Result<Registers> PtraceDevice::registers(Tid tid) {
  const auto found = tracees_.find(tid);
  if (found != tracees_.end() && found->second.registers) return *found->second.registers;
  return ptrace::registers(tid);
}

Result<void> PtraceDevice::set_registers(Tid tid, const Registers& registers) {
  const auto found = tracees_.find(tid);
  if (found == tracees_.end()) return ptrace::set_registers(tid, registers);
  found->second.registers.reset();
  Registers placed = registers;
  if (found->second.agent) {
    const RemoteAddress rip(registers.rip);
    placed.rip = TRY(present_address(tid, *found->second.agent, rip)).value();
  }
  return ptrace::set_registers(tid, placed);
}

Result<VectorState> PtraceDevice::vector_state(Tid tid) { return ptrace::vector_state(tid); }

Result<void> PtraceDevice::set_vector_state(Tid tid, const VectorState& state) {
  return ptrace::set_vector_state(tid, state);
}

Result<Disposition> PtraceDevice::disposition(Tid tid, int signal) {
  return ptrace::disposition(tid, signal);
}

Result<std::uint64_t> PtraceDevice::blocked_signals(Tid tid) { return ptrace::signal_mask(tid); }

Result<std::optional<std::uint64_t>> PtraceDevice::memory_hash(Tid tid, const HashedMemory& of) {
  return ptrace::memory_hash(tid, TRY(memory_descriptor(tid)), of);
}

Result<bool> PtraceDevice::visit_memory(Tid tid, const HashedMemory& of, const TakePage& take) {
  return ptrace::visit_memory(tid, TRY(memory_descriptor(tid)), of, take);
}

Result<std::uint64_t> PtraceDevice::pending_signals(Tid tid) {
  return ptrace::pending_signals(tid);
}

// /proc/TID/mem and not process_vm_readv: it also reaches pages that the program itself may not
// read or write, as ptrace does.
Result<int> PtraceDevice::memory_descriptor(Tid tid) {
  Tracee* tracee = TRY(find(tid));
  if (!tracee->memory.is_open()) {
    tracee->memory = TRY(open_file(fmt::format("/proc/{}/mem", tid), O_RDWR | O_CLOEXEC));
  }
  return tracee->memory.get();
}

namespace {

/// What a failed or short transfer means: 0 bytes is an address space without users, that is a task
/// that has been killed.
std::unexpected<Error> transfer_error(ssize_t moved, const char* doing, RemoteAddress at, Tid tid) {
  if (moved == 0) return fail_with_code(ESRCH, "{} memory of task {}: it is gone", doing, tid);
  return fail_with_code(EFAULT, "{} memory of task {} at {}: not mapped", doing, tid, at);
}

}  // namespace

Result<void> PtraceDevice::read(Tid tid, RemoteAddress from, MutableBytes into) {
  const int descriptor = TRY(memory_descriptor(tid));
  std::size_t done = 0;
  while (done < into.size()) {
    const auto offset = static_cast<off_t>((from + done).value());
    ssize_t moved = ::pread(descriptor, into.data() + done, into.size() - done, offset);
    if (moved <= 0) return transfer_error(moved, "reading", from + done, tid);
    done += static_cast<std::size_t>(moved);
  }
  return {};
}

Result<void> PtraceDevice::write(Tid tid, RemoteAddress to, ByteView data) {
  const int descriptor = TRY(memory_descriptor(tid));
  std::size_t done = 0;
  while (done < data.size()) {
    const auto offset = static_cast<off_t>((to + done).value());
    ssize_t moved = ::pwrite(descriptor, data.data() + done, data.size() - done, offset);
    if (moved <= 0) return transfer_error(moved, "writing", to + done, tid);
    done += static_cast<std::size_t>(moved);
  }
  return {};
}

}  // namespace mecrr
