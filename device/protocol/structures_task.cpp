// Structures of processes, threads and their limits.
#include <linux/sched.h>
#include <sched.h>
#include <sys/resource.h>

#include <cstddef>

#include "device/calls/flag_sets.h"
#include "device/protocol/structure_tables.h"

namespace mecrr::protocol {
namespace {

using enum FieldKind;

constexpr Field kRlimitFields[] = {
    FIELD(rlimit, rlim_cur, kUnsigned),
    FIELD(rlimit, rlim_max, kUnsigned),
};
constexpr Field kUsageFields[] = {
    FIELD(rusage, ru_utime, kStructure, nullptr, &kTimeval),
    FIELD(rusage, ru_stime, kStructure, nullptr, &kTimeval),
    FIELD(rusage, ru_maxrss, kUnsigned),
    FIELD(rusage, ru_ixrss, kUnsigned),
    FIELD(rusage, ru_idrss, kUnsigned),
    FIELD(rusage, ru_isrss, kUnsigned),
    FIELD(rusage, ru_minflt, kUnsigned),
    FIELD(rusage, ru_majflt, kUnsigned),
    FIELD(rusage, ru_nswap, kUnsigned),
    FIELD(rusage, ru_inblock, kUnsigned),
    FIELD(rusage, ru_oublock, kUnsigned),
    FIELD(rusage, ru_msgsnd, kUnsigned),
    FIELD(rusage, ru_msgrcv, kUnsigned),
    FIELD(rusage, ru_nsignals, kUnsigned),
    FIELD(rusage, ru_nvcsw, kUnsigned),
    FIELD(rusage, ru_nivcsw, kUnsigned),
};
constexpr Field kCloneFields[] = {
    FIELD(clone_args, flags, kFlags, &calls::kCloneFlags),
    FIELD(clone_args, pidfd, kAddress),
    FIELD(clone_args, child_tid, kAddress),
    FIELD(clone_args, parent_tid, kAddress),
    FIELD(clone_args, exit_signal, kSignal),
    FIELD(clone_args, stack, kAddress),
    FIELD(clone_args, stack_size, kUnsigned),
    FIELD(clone_args, tls, kAddress),
    FIELD(clone_args, set_tid, kAddress),
    FIELD(clone_args, set_tid_size, kUnsigned),
    FIELD(clone_args, cgroup, kUnsigned),
};
constexpr Field kPriorityField[] = {{"sched_priority", 0, 4, kSigned}};
constexpr Field kCapabilityHeaderFields[] = {{"version", 0, 4, kHex}, {"pid", 4, 4, kSigned}};

}  // namespace

std::span<const Structure> task_structures() {
  static const Structure kTasks[] = {
      {"rlimit", sizeof(rlimit), kRlimitFields},
      {"rusage", sizeof(rusage), kUsageFields},
      {"clone_args", sizeof(clone_args), kCloneFields, nullptr, true},
      {"sched_param", sizeof(sched_param), kPriorityField},
      {"cap_user_header", 8, kCapabilityHeaderFields},
  };
  return kTasks;
}

}  // namespace mecrr::protocol
