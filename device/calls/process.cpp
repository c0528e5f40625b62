// Calls on processes and threads. How to add one: README.md here.
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <cerrno>

#include "device/calls/call.h"
#include "device/calls/commands.h"
#include "device/calls/effects/effect.h"
#include "device/calls/families.h"
#include "device/calls/flag_sets.h"

namespace mecrr::calls {
namespace {

using enum Replay;
using enum Blocks;

constexpr std::uint32_t kFutexWake = 454, kFutexWait = 455, kFutexRequeue = 456;

// clang-format off
constexpr Call kProcessCalls[] = {
    // number, name, arguments, replay, blocks
    {SYS_getpid, "getpid", {}},
    {SYS_clone, "clone", {wide_flags(kCloneFlags), address(), address(), address(), address()},
     kTask, kNever, {.effect = &effects::kClone}},
    {SYS_fork, "fork", {}, kTask},
    {SYS_vfork, "vfork", {}, kTask, kMaybe},
    {SYS_execve, "execve", {path(), texts(), texts()}, kTask},
    {SYS_exit, "exit", {sint()}, kTask},
    // Status and usage only of a child that was found.
    {SYS_wait4, "wait4",
     {pid(), out<int>().on(When::kPositive), flags(kWaitOptions), out<rusage>().on(When::kPositive)}, kAnswer, kMaybe},
    {SYS_ptrace, "ptrace", {slong(), pid(), address(), address()},
     kRefuse, kNever, {.refusal = {EPERM}}},  // as where tracing is not permitted: there is one tracer to a task
    {SYS_setpgid, "setpgid", {pid(), pid()}},
    {SYS_getppid, "getppid", {}},
    {SYS_getpgrp, "getpgrp", {}},
    {SYS_setsid, "setsid", {}},
    {SYS_getpgid, "getpgid", {pid()}},
    {SYS_getsid, "getsid", {pid()}},
    {SYS_personality, "personality", {flags(kPersonality)}, kAnswer, kNever, {.agent = Agent::kMustNot}},
    {SYS_prctl, "prctl", {command(), slong(), slong(), slong(), slong()},
     kAnswer, kNever, {.commands = &kPrctlCommands, .agent = Agent::kMustNot}},
    {SYS_arch_prctl, "arch_prctl", {command(), address()},
     kAnswer, kNever, {.commands = &kArchPrctlCommands, .agent = Agent::kMustNot}},
    {SYS_acct, "acct", {path()}},
    {SYS_gettid, "gettid", {}},
    {SYS_futex, "futex", {address(), command(), uint(), address(), address(), uint()},
     kAnswer, kMaybe, {.commands = &kFutexCommands}},
    {SYS_set_tid_address, "set_tid_address", {address()}},
    {SYS_exit_group, "exit_group", {sint()}, kTask},
    // The kernel writes infop (28 bytes, of which 12 to 15 are untouched) even when no child was found, and on errors.
    {SYS_waitid, "waitid",
     {flags(kWaitKinds), pid(), out(bytes(28)).as("siginfo_t").on(When::kAlways), flags(kWaitOptions), out<rusage>()},
     kAnswer, kMaybe},
    {SYS_unshare, "unshare", {flags(kNamespaceFlags)}, kAnswer, kNever, {.agent = Agent::kMustNot}},
    {SYS_set_robust_list, "set_robust_list", {address(), size()}},
    {SYS_get_robust_list, "get_robust_list", {pid(), out<std::uint64_t>(), out<std::uint64_t>()}},
    {SYS_setns, "setns", {fd(), flags(kNamespaceFlags)}, kAnswer, kNever, {.agent = Agent::kMustNot}},
    {SYS_process_vm_readv, "process_vm_readv",
     {pid(), iovecs_out(arg(2)), size(), in(arg(4) * 16).as("iovec"), size(), flags(kNoFlags)}},
    // It would write memory of another process while that runs; a kernel without CONFIG_CROSS_MEMORY_ATTACH.
    {SYS_process_vm_writev, "process_vm_writev",
     {pid(), iovecs_in(arg(2)), size(), in(arg(4) * 16).as("iovec"), size(), flags(kNoFlags)},
     kRefuse, kNever, {.refusal = {ENOSYS}}},
    {SYS_kcmp, "kcmp", {pid(), pid(), flags(kCompared), size(), size()}},
    {SYS_seccomp, "seccomp", {command(), flags(kSeccompFilterFlags), address()},
     kAnswer, kNever, {.commands = &kSeccompCommands, .agent = Agent::kMustNot}},
    {SYS_execveat, "execveat", {directory(), path(), texts(), texts(), flags(kAtFlags)}, kTask},
    // A kernel without CONFIG_RSEQ: the kernel writes the area at each preemption.
    {SYS_rseq, "rseq", {address(), uint(), uint(), uint()}, kRefuse, kNever, {.refusal = {ENOSYS, Warn::kNo}}},
    {SYS_pidfd_open, "pidfd_open", {pid(), flags(kPidfdFlags)}},
    {SYS_clone3, "clone3", {in(arg(1)).as("clone_args"), size()}, kTask, kNever, {.effect = &effects::kClone3}},
    {SYS_pidfd_getfd, "pidfd_getfd", {fd(), fd(), flags(kNoFlags)}},
    {SYS_landlock_create_ruleset, "landlock_create_ruleset",
     {in(arg(1)).as("landlock_ruleset_attr"), size(), flags(kLandlockFlags)}},
    {SYS_landlock_add_rule, "landlock_add_rule",
     {fd(), uint(), in(bytes(12)).as("landlock_path_beneath_attr"), flags(kNoFlags)}},
    {SYS_landlock_restrict_self, "landlock_restrict_self", {fd(), flags(kNoFlags)}},
    {SYS_process_mrelease, "process_mrelease", {fd(), flags(kNoFlags)}},
    {SYS_futex_waitv, "futex_waitv",
     {in(arg(1) * 24).as("futex_waitv"), uint(), flags(kNoFlags), in<timespec>(), flags(kClocks)}, kAnswer, kMaybe},
    {kFutexWake, "futex_wake", {address(), size(), sint(), flags(kFutexFlags)}},
    {kFutexWait, "futex_wait",
     {address(), size(), size(), flags(kFutexFlags), in<timespec>(), flags(kClocks)}, kAnswer, kMaybe},
    {kFutexRequeue, "futex_requeue", {in(bytes(48)).as("futex_waitv"), flags(kNoFlags), sint(), sint()}},
};
// clang-format on
static_assert(well_formed(kProcessCalls));

}  // namespace

std::span<const Call> process_calls() { return kProcessCalls; }

}  // namespace mecrr::calls
