#include "device/ptrace/seccomp_filter.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "device/agent/code.h"
#include "device/agent/state.h"
#include "device/device.h"

namespace mecrr::ptrace {
namespace {

constexpr std::uint64_t kAfterPageCall =
    kMecrrPage + 2;                        // what the kernel reports as instruction pointer
static_assert(agent::kEnd <= 1ULL << 32);  // and its upper half is 0, there and in the agent

using Filter = std::vector<sock_filter>;

constexpr std::uint32_t kNumber = offsetof(seccomp_data, nr);
constexpr std::uint32_t kArch = offsetof(seccomp_data, arch);
constexpr std::uint32_t kPointerLow = offsetof(seccomp_data, instruction_pointer);
constexpr std::uint32_t kPointerHigh = kPointerLow + 4;

constexpr std::uint32_t argument_low(unsigned n) { return offsetof(seccomp_data, args) + 8 * n; }

void load(Filter& filter, std::uint32_t offset) {
  filter.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

void give(Filter& filter, std::uint32_t action) {
  filter.push_back(BPF_STMT(BPF_RET | BPF_K, action));
}

/// If the loaded word equals `value` skip `if_equal` instructions, else `if_not`.
void when(Filter& filter, std::uint32_t value, std::uint8_t if_equal, std::uint8_t if_not) {
  filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, if_equal, if_not));
}

void when_any_bit(Filter& filter, std::uint32_t bits, std::uint8_t if_any, std::uint8_t if_none) {
  filter.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, if_any, if_none));
}

/// Ends with `foreign` unless the call is of the 64-bit interface. (What x32 numbers are to the
/// kernel is its own affair: the call table has none.)
void only_x86_64(Filter& filter, std::uint32_t foreign) {
  load(filter, kArch);
  when(filter, AUDIT_ARCH_X86_64, 1, 0);
  give(filter, foreign);
}

}  // namespace

std::vector<sock_filter> recording_filter(UseAgent use_agent) {
  Filter filter;
  only_x86_64(filter, SECCOMP_RET_ERRNO | ENOSYS);
  const bool with_agent = use_agent == UseAgent::kYes;
  // The agent's calls first: they are the many.
  load(filter, kPointerLow);
  if (with_agent) {
    when(filter, static_cast<std::uint32_t>(agent::code_head().behind_call), 1, 0);
  }
  when(filter, static_cast<std::uint32_t>(kAfterPageCall), 0, 3);
  load(filter, kPointerHigh);
  when(filter, 0, 0, 1);
  give(filter, SECCOMP_RET_ALLOW);
  give(filter, SECCOMP_RET_TRACE);
  return filter;
}

std::vector<sock_filter> answering_filter(std::span<const int> descriptors) {
  Filter filter;
  only_x86_64(filter, SECCOMP_RET_KILL_PROCESS);

  load(filter, kPointerHigh);
  when(filter, kAfterPageCall >> 32, 1, 0);
  give(filter, SECCOMP_RET_KILL_PROCESS);
  load(filter, kPointerLow);
  when(filter, static_cast<std::uint32_t>(kAfterPageCall), 1, 0);
  give(filter, SECCOMP_RET_KILL_PROCESS);

  load(filter, kNumber);
  for (std::uint32_t allowed :
       {SYS_munmap, SYS_mprotect, SYS_mremap, SYS_madvise, SYS_exit, SYS_exit_group}) {
    when(filter, allowed, 0, 1);
    give(filter, SECCOMP_RET_ALLOW);
  }

  // clone, for threads and forks; never a new namespace.
  constexpr std::uint32_t kNewNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                           CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
                                           CLONE_NEWNET;
  when(filter, SYS_clone, 0, 4);
  load(filter, argument_low(0));
  when_any_bit(filter, kNewNamespaces, 0, 1);
  give(filter, SECCOMP_RET_KILL_PROCESS);
  give(filter, SECCOMP_RET_ALLOW);

  when(filter, SYS_mmap, 1, 0);
  give(filter, SECCOMP_RET_KILL_PROCESS);
  load(filter, argument_low(3));
  when_any_bit(filter, MAP_ANONYMOUS, 0, 1);
  give(filter, SECCOMP_RET_ALLOW);
  load(filter, argument_low(4));
  for (int descriptor : descriptors) {
    when(filter, static_cast<std::uint32_t>(descriptor), 0, 1);
    give(filter, SECCOMP_RET_ALLOW);
  }
  give(filter, SECCOMP_RET_KILL_PROCESS);
  return filter;
}

int install_filter(std::span<const sock_filter> filter) {
  sock_fprog program{static_cast<unsigned short>(filter.size()),
                     const_cast<sock_filter*>(filter.data())};
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0) return 0;
  if (errno != EACCES) return errno;
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0) return 0;
  return errno;
}

}  // namespace mecrr::ptrace
