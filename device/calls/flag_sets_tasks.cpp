// Names of flags of calls on processes, signals, waiting and time.
#include <linux/kcmp.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>

#include "device/calls/flag_sets.h"

#define NAMED(name) {#name, name}         // undefined below
#define VALUE(name) {#name, name, ~0ull}  // one value of many, no bits

namespace mecrr::calls {
namespace {

constexpr Flag kEpollNames[] = {NAMED(EPOLL_CLOEXEC)};
constexpr Flag kEpollOperationNames[] = {VALUE(EPOLL_CTL_ADD), VALUE(EPOLL_CTL_DEL),
                                         VALUE(EPOLL_CTL_MOD)};
constexpr Flag kEventfdNames[] = {NAMED(EFD_SEMAPHORE), NAMED(EFD_CLOEXEC), NAMED(EFD_NONBLOCK)};
constexpr Flag kSignalfdNames[] = {NAMED(SFD_CLOEXEC), NAMED(SFD_NONBLOCK)};
constexpr Flag kTimerfdNames[] = {NAMED(TFD_CLOEXEC), NAMED(TFD_NONBLOCK)};
constexpr Flag kTimerfdSetNames[] = {NAMED(TFD_TIMER_ABSTIME), NAMED(TFD_TIMER_CANCEL_ON_SET)};
// clang-format off
constexpr Flag kCloneNames[] = {
    NAMED(CLONE_VM), NAMED(CLONE_FS), NAMED(CLONE_FILES), NAMED(CLONE_SIGHAND), NAMED(CLONE_PIDFD), NAMED(CLONE_PTRACE),
    NAMED(CLONE_VFORK), NAMED(CLONE_PARENT), NAMED(CLONE_THREAD), NAMED(CLONE_NEWNS), NAMED(CLONE_SYSVSEM),
    NAMED(CLONE_SETTLS), NAMED(CLONE_PARENT_SETTID), NAMED(CLONE_CHILD_CLEARTID), NAMED(CLONE_DETACHED), NAMED(CLONE_UNTRACED),
    NAMED(CLONE_CHILD_SETTID), NAMED(CLONE_NEWCGROUP), NAMED(CLONE_NEWUTS), NAMED(CLONE_NEWIPC), NAMED(CLONE_NEWUSER),
    NAMED(CLONE_NEWPID), NAMED(CLONE_NEWNET), NAMED(CLONE_IO),
    {"SIGCHLD", SIGCHLD, 0xff}, {"SIGUSR1", SIGUSR1, 0xff}, {"SIGUSR2", SIGUSR2, 0xff}, {"SIGKILL", SIGKILL, 0xff},
};
constexpr Flag kNamespaceNames[] = {
    NAMED(CLONE_NEWTIME), NAMED(CLONE_NEWNS), NAMED(CLONE_NEWCGROUP), NAMED(CLONE_NEWUTS), NAMED(CLONE_NEWIPC),
    NAMED(CLONE_NEWUSER), NAMED(CLONE_NEWPID), NAMED(CLONE_NEWNET), NAMED(CLONE_FS), NAMED(CLONE_FILES),
    NAMED(CLONE_SYSVSEM), NAMED(CLONE_THREAD), NAMED(CLONE_SIGHAND), NAMED(CLONE_VM),
};
constexpr Flag kWaitNames[] = {
    NAMED(WNOHANG), NAMED(WUNTRACED), NAMED(WEXITED), NAMED(WCONTINUED), NAMED(WNOWAIT),
    {"__WNOTHREAD", 0x20000000}, {"__WALL", 0x40000000}, {"__WCLONE", 0x80000000},
};
// clang-format on
constexpr Flag kWaitKindNames[] = {VALUE(P_ALL), VALUE(P_PID), VALUE(P_PGID), VALUE(P_PIDFD)};
constexpr Flag kPidfdNames[] = {{"PIDFD_NONBLOCK", 04000}, {"PIDFD_THREAD", 0200}};
// clang-format off
constexpr Flag kResourceNames[] = {
    VALUE(RLIMIT_CPU), VALUE(RLIMIT_FSIZE), VALUE(RLIMIT_DATA), VALUE(RLIMIT_STACK), VALUE(RLIMIT_CORE), VALUE(RLIMIT_RSS),
    VALUE(RLIMIT_NPROC), VALUE(RLIMIT_NOFILE), VALUE(RLIMIT_MEMLOCK), VALUE(RLIMIT_AS), VALUE(RLIMIT_LOCKS),
    VALUE(RLIMIT_SIGPENDING), VALUE(RLIMIT_MSGQUEUE), VALUE(RLIMIT_NICE), VALUE(RLIMIT_RTPRIO), VALUE(RLIMIT_RTTIME),
};
constexpr Flag kUsageNames[] = {
    VALUE(RUSAGE_SELF), {"RUSAGE_CHILDREN", 0xffff'ffff, ~0ull}, VALUE(RUSAGE_THREAD),
};
// clang-format on
constexpr Flag kPriorityNames[] = {VALUE(PRIO_PROCESS), VALUE(PRIO_PGRP), VALUE(PRIO_USER)};
// clang-format off
constexpr Flag kPolicyNames[] = {
    {"SCHED_OTHER", 0, 0xffff}, {"SCHED_FIFO", 1, 0xffff}, {"SCHED_RR", 2, 0xffff}, {"SCHED_BATCH", 3, 0xffff},
    {"SCHED_IDLE", 5, 0xffff}, {"SCHED_DEADLINE", 6, 0xffff}, {"SCHED_EXT", 7, 0xffff}, {"SCHED_RESET_ON_FORK", 0x40000000},
};
constexpr Flag kPersonalityNames[] = {
    {"PER_LINUX", PER_LINUX, ~0ull}, {"query", 0xffff'ffff, ~0ull}, {"PER_LINUX32", PER_LINUX32, 0xff},
    NAMED(UNAME26), NAMED(ADDR_NO_RANDOMIZE), NAMED(FDPIC_FUNCPTRS), NAMED(MMAP_PAGE_ZERO), NAMED(ADDR_COMPAT_LAYOUT),
    NAMED(READ_IMPLIES_EXEC), NAMED(ADDR_LIMIT_32BIT), NAMED(SHORT_INODE), NAMED(WHOLE_SECONDS), NAMED(STICKY_TIMEOUTS),
    NAMED(ADDR_LIMIT_3GB),
};
constexpr Flag kComparedNames[] = {
    VALUE(KCMP_FILE), VALUE(KCMP_VM), VALUE(KCMP_FILES), VALUE(KCMP_FS), VALUE(KCMP_SIGHAND), VALUE(KCMP_IO),
    VALUE(KCMP_SYSVSEM), VALUE(KCMP_EPOLL_TFD),
};
constexpr Flag kIoPriorityNames[] = {
    {"IOPRIO_WHO_PROCESS", 1, ~0ull}, {"IOPRIO_WHO_PGRP", 2, ~0ull}, {"IOPRIO_WHO_USER", 3, ~0ull},
};
constexpr Flag kSeccompNames[] = {
    NAMED(SECCOMP_FILTER_FLAG_TSYNC), NAMED(SECCOMP_FILTER_FLAG_LOG), NAMED(SECCOMP_FILTER_FLAG_SPEC_ALLOW),
    NAMED(SECCOMP_FILTER_FLAG_NEW_LISTENER), NAMED(SECCOMP_FILTER_FLAG_TSYNC_ESRCH),
    {"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", 32},
};
// clang-format on
constexpr Flag kLandlockNames[] = {{"LANDLOCK_CREATE_RULESET_VERSION", 1}};
// clang-format off
constexpr Flag kFutexNames[] = {
    {"FUTEX2_SIZE_U8", 0, 3}, {"FUTEX2_SIZE_U16", 1, 3}, {"FUTEX2_SIZE_U32", 2, 3}, {"FUTEX2_SIZE_U64", 3, 3},
    {"FUTEX2_NUMA", 4}, {"FUTEX2_MPOL", 8}, {"FUTEX2_PRIVATE", 128},
};
// clang-format on
constexpr Flag kMaskChangeNames[] = {VALUE(SIG_BLOCK), VALUE(SIG_UNBLOCK), VALUE(SIG_SETMASK)};
// clang-format off
constexpr Flag kClockNames[] = {
    VALUE(CLOCK_REALTIME), VALUE(CLOCK_MONOTONIC), VALUE(CLOCK_PROCESS_CPUTIME_ID), VALUE(CLOCK_THREAD_CPUTIME_ID),
    VALUE(CLOCK_MONOTONIC_RAW), VALUE(CLOCK_REALTIME_COARSE), VALUE(CLOCK_MONOTONIC_COARSE), VALUE(CLOCK_BOOTTIME),
    VALUE(CLOCK_REALTIME_ALARM), VALUE(CLOCK_BOOTTIME_ALARM), VALUE(CLOCK_TAI),
};
// clang-format on
constexpr Flag kTimerNames[] = {NAMED(TIMER_ABSTIME)};
constexpr Flag kIntervalNames[] = {VALUE(ITIMER_REAL), VALUE(ITIMER_VIRTUAL), VALUE(ITIMER_PROF)};

}  // namespace

const FlagSet kEpollFlags{"epoll flags", kEpollNames};
const FlagSet kEpollOperations{"epoll operations", kEpollOperationNames};
const FlagSet kEventfdFlags{"eventfd flags", kEventfdNames};
const FlagSet kSignalfdFlags{"signalfd flags", kSignalfdNames};
const FlagSet kTimerfdFlags{"timerfd flags", kTimerfdNames};
const FlagSet kTimerfdSetFlags{"timerfd_settime flags", kTimerfdSetNames};
const FlagSet kCloneFlags{"clone flags", kCloneNames};
const FlagSet kNamespaceFlags{"unshare flags", kNamespaceNames};
const FlagSet kWaitOptions{"wait options", kWaitNames};
const FlagSet kWaitKinds{"waitid kinds", kWaitKindNames};
const FlagSet kPidfdFlags{"pidfd flags", kPidfdNames};
const FlagSet kResources{"resources", kResourceNames};
const FlagSet kUsageOf{"rusage of", kUsageNames};
const FlagSet kPriorityOf{"priority of", kPriorityNames};
const FlagSet kPolicies{"scheduling policies", kPolicyNames};
const FlagSet kPersonality{"personality", kPersonalityNames};
const FlagSet kCompared{"kcmp types", kComparedNames};
const FlagSet kIoPriorityOf{"I/O priority of", kIoPriorityNames};
const FlagSet kSeccompFilterFlags{"seccomp filter flags", kSeccompNames};
const FlagSet kLandlockFlags{"landlock flags", kLandlockNames};
const FlagSet kFutexFlags{"futex2 flags", kFutexNames};
const FlagSet kMaskChanges{"signal mask changes", kMaskChangeNames};
const FlagSet kClocks{"clocks", kClockNames};
const FlagSet kTimerFlags{"timer flags", kTimerNames};
const FlagSet kIntervalTimers{"interval timers", kIntervalNames};

}  // namespace mecrr::calls

#undef NAMED
#undef VALUE
