// Blank tasks: processes with nothing in them, to be filled from a trace.
#include <fmt/format.h>
#include <linux/close_range.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/rseq.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <variant>

#include "device/agent/code.h"
#include "device/agent/state.h"
#include "device/ptrace/child.h"
#include "device/ptrace/ptrace_device.h"
#include "device/ptrace/requests.h"
#include "device/ptrace/seccomp_filter.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kAnsweringOptions =
    PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;

static_assert(agent::kEnd == kMecrrRegion + kMecrrRegionBytes);

/// End of the addresses that a program can have without asking for 5-level page tables.
constexpr std::uint64_t kEndOfAddresses = 0x7ffffffff000;

// In the child: raw calls only.

void close_all_but(std::span<const int> sorted) {
  unsigned from = 0;
  for (int keep : sorted) {
    const auto kept = static_cast<unsigned>(keep);
    if (kept > from) ::syscall(SYS_close_range, from, kept - 1, 0);
    from = kept + 1;
  }
  ::syscall(SYS_close_range, from, ~0U, 0);
}

/// The region as device/agent/state.h has it. What the agent writes to is zero in a fork's child,
/// which is Mode::kOff.
bool map_region() {
  const RemoteAddress start(kMecrrRegion);
  void* region = ::mmap(start.as_pointer(), kMecrrRegionBytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_NORESERVE, -1, 0);
  if (region == MAP_FAILED) return false;
  auto* bytes = static_cast<std::byte*>(region);
  std::memcpy(bytes + (kMecrrPage - kMecrrRegion), kPageCode.data(), kPageCode.size());
  const ByteView code = agent::code();
  std::memcpy(bytes + (agent::kCode - kMecrrRegion), code.data(), code.size());
  std::byte* written = bytes + (agent::kState - kMecrrRegion);
  std::byte* stubs = bytes + (agent::kLowStubs - kMecrrRegion);
  return ::mprotect(region, agent::kState - kMecrrRegion, PROT_READ | PROT_EXEC) == 0 &&
         ::mprotect(stubs, agent::kEnd - agent::kLowStubs, PROT_READ | PROT_EXEC) == 0 &&
         ::madvise(written, agent::kLowStubs - agent::kState, MADV_WIPEONFORK) == 0;
}

/// Terminal signals must not reach it, its stack may grow as the recorded one did, and it leaves no
/// core.
void detach_from_surroundings() {
  ::setsid();
  const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
  if (::setrlimit(RLIMIT_STACK, &unlimited) != 0) {
    rlimit stack{};
    ::getrlimit(RLIMIT_STACK, &stack);
    stack.rlim_cur = stack.rlim_max;
    ::setrlimit(RLIMIT_STACK, &stack);
  }
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

/// The C library has given the kernel addresses to write to (rseq on every return to the program;
/// the others at the end). That memory will soon be gone, or somebody else's.
bool withdraw_addresses() {
  constexpr unsigned kMinimumRseqBytes =
      32;  // what the kernel asks for at least; __rseq_size may say less
  ::syscall(SYS_set_robust_list, nullptr, sizeof(robust_list_head));
  ::syscall(SYS_set_tid_address, nullptr);
  if (__rseq_size == 0) return true;
  char* area = static_cast<char*>(__builtin_thread_pointer()) + __rseq_offset;
  return ::syscall(SYS_rseq, area, std::max(__rseq_size, kMinimumRseqBytes), RSEQ_FLAG_UNREGISTER,
                   RSEQ_SIG) == 0;
}

}  // namespace

Result<StoppedTask> PtraceDevice::create_blank(const Blank& what) {
  std::vector<int> descriptors = what.descriptors;
  std::ranges::sort(descriptors);
  constexpr std::uint64_t kSibling = CLONE_FS | CLONE_FILES | CLONE_PARENT | SIGCHLD;
  const std::int64_t result = TRY(perform(TRY(seed_with(descriptors)), {SYS_clone, {kSibling}}));
  if (result <= 0) return fail_with_code(static_cast<int>(-result), "making a replay task");
  const Tid tid(static_cast<pid_t>(result));
  while (true) {
    std::optional<Report> born = TRY(wait(tid, Patience::kBlock));
    if (!born) continue;  // a signal for us
    if (!born->task || !std::holds_alternative<Born>(born->stop))
      return fail("a new replay task was killed");
    return *std::exchange(born->task, std::nullopt);
  }
}

/// One that has the files open which the descriptors are now.
Result<Tid> PtraceDevice::seed_with(const std::vector<int>& descriptors) {
  std::vector<Seed::OpenFile> files;
  for (const int descriptor : descriptors) {
    struct stat status{};
    if (::fstat(descriptor, &status) != 0) return fail_errno("descriptor {}", descriptor);
    files.push_back({descriptor, status.st_dev, status.st_ino});
  }
  if (seed_ && seed_->files != files) TRY(end_seed());
  if (!seed_) seed_ = Seed{TRY(make_seed(descriptors)), std::move(files)};
  return seed_->tid;
}

Result<void> PtraceDevice::end_seed() {
  const Tid tid = std::exchange(seed_, std::nullopt)->tid;
  TRY(kill(Pid(tid.value())));
  while (WIFSTOPPED(TRY(wait_status(tid)))) continue;  // it is on its way out
  tracees_.erase(tid);
  return {};
}

/// Forks mecrr, and empties what comes of it.
Result<Tid> PtraceDevice::make_seed(const std::vector<int>& descriptors) {
  const std::vector<sock_filter> filter = ptrace::answering_filter(descriptors);
  ptrace::ChildChannel channel = TRY(ptrace::ChildChannel::create());

  const pid_t child = ::fork();
  if (child < 0) return fail_errno("fork");
  if (child == 0) {
    channel.await_go();
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (int signal = 1; signal < NSIG; ++signal)
      ::signal(signal, SIG_DFL);  // those that cannot be set stay default
    detach_from_surroundings();
    if (::prctl(PR_SET_TSC, PR_TSC_SIGSEGV, 0, 0, 0) != 0)
      channel.give_up(ptrace::ChildStep::kTsc, errno);
    if (!withdraw_addresses()) channel.give_up(ptrace::ChildStep::kRseq, errno);
    if (!map_region()) channel.give_up(ptrace::ChildStep::kPage, errno);
    close_all_but(descriptors);
    if (ptrace::install_filter(filter) != 0) ::_exit(125);
    __asm__ volatile("int3");  // the first stop; nothing of this program runs ever after
    __builtin_unreachable();
  }

  const Tid tid(child);
  TRY(channel.let_go_when_traced(tid, kAnsweringOptions));
  tracees_.emplace(tid, Tracee{.pid = Pid(child),
                               .mode = Mode::kAnswering,
                               .probes = std::make_shared<ptrace::ProbeSpace>()});
  if (!processor_) processor_.emplace();
  const int status = TRY(wait_status(tid));
  if (!WIFSTOPPED(status)) {
    tracees_.erase(tid);
    return channel.why_given_up("replay task");
  }
  if (status >> 8 != SIGTRAP) return fail("replay task stopped with status {:#x}", status);
  const std::int64_t result =
      TRY(perform(tid, {SYS_munmap, {agent::kEnd, kEndOfAddresses - agent::kEnd}}));
  if (result != 0) return fail_with_code(static_cast<int>(-result), "emptying a replay task");
  return tid;
}

}  // namespace mecrr
