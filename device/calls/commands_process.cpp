// Sub-tables of calls on processes: prctl, arch_prctl, futex, seccomp, keyctl.
#include <linux/futex.h>
#include <linux/keyctl.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <time.h>

#include <cerrno>

#include "device/calls/commands.h"
#include "device/calls/flag_sets.h"

#define NAMED(name) name, #name  // undefined below

namespace mecrr::calls {
namespace {

using enum Replay;
using enum Blocks;

// ---- prctl: most options take a number, or none, and answer by the result

constexpr Command option(std::uint64_t value, std::string_view name, Argument second = unused(),
                         Argument third = unused(), Argument fourth = unused(),
                         Argument fifth = unused()) {
  return {value, name, {command(), second, third, fourth, fifth}};
}
constexpr Command lacking(std::uint64_t value, std::string_view name, int error,
                          Warn warn = Warn::kYes) {
  return {value,   name,   {command(), slong(), slong(), slong(), slong()},
          kRefuse, kNever, {.refusal = {error, warn}}};
}

constexpr std::int32_t kTaskNameBytes = 16;
constexpr int kSetMdwe = 65, kGetMdwe = 66, kSetMemoryMerge = 67, kGetMemoryMerge = 68,
              kGetShadowStack = 74, kSetShadowStack = 75, kLockShadowStack = 76,
              kTimerCreateRestoreIds = 77, kFutexHash = 78;
constexpr int kGetAuxv = 0x41555856;

// clang-format off
constexpr auto kPrctlRows = by_value({
    option(NAMED(PR_SET_PDEATHSIG), signal()),
    option(NAMED(PR_GET_PDEATHSIG), out<int>()),
    option(NAMED(PR_GET_DUMPABLE)),
    option(NAMED(PR_SET_DUMPABLE), slong()),
    lacking(NAMED(PR_GET_UNALIGN), EINVAL, Warn::kNo),  // not on x86
    lacking(NAMED(PR_SET_UNALIGN), EINVAL, Warn::kNo),
    option(NAMED(PR_GET_KEEPCAPS)),
    option(NAMED(PR_SET_KEEPCAPS), slong()),
    lacking(NAMED(PR_GET_FPEMU), EINVAL, Warn::kNo),  // not on x86
    lacking(NAMED(PR_SET_FPEMU), EINVAL, Warn::kNo),
    lacking(NAMED(PR_GET_FPEXC), EINVAL, Warn::kNo),
    lacking(NAMED(PR_SET_FPEXC), EINVAL, Warn::kNo),
    option(NAMED(PR_GET_TIMING)),
    option(NAMED(PR_SET_TIMING), slong()),
    option(NAMED(PR_SET_NAME), text()),
    option(NAMED(PR_GET_NAME), out(bytes(kTaskNameBytes)).as("name")),
    lacking(NAMED(PR_GET_ENDIAN), EINVAL, Warn::kNo),  // not on x86
    lacking(NAMED(PR_SET_ENDIAN), EINVAL, Warn::kNo),
    option(NAMED(PR_GET_SECCOMP)),
    option(NAMED(PR_SET_SECCOMP), slong(), in(bytes(16)).as("sock_fprog")),
    option(NAMED(PR_CAPBSET_READ), slong()),
    option(NAMED(PR_CAPBSET_DROP), slong()),
    // Recording is what makes rdtsc trap: the program cannot have a say in it.
    lacking(NAMED(PR_GET_TSC), EINVAL),
    lacking(NAMED(PR_SET_TSC), EINVAL),
    option(NAMED(PR_GET_SECUREBITS)),
    option(NAMED(PR_SET_SECUREBITS), slong()),
    option(NAMED(PR_SET_TIMERSLACK), slong()),
    option(NAMED(PR_GET_TIMERSLACK)),
    option(NAMED(PR_TASK_PERF_EVENTS_DISABLE)),
    option(NAMED(PR_TASK_PERF_EVENTS_ENABLE)),
    option(NAMED(PR_MCE_KILL), slong(), slong()),
    option(NAMED(PR_MCE_KILL_GET)),
    // Moves the heap's end without a mapping call; needs CAP_SYS_RESOURCE, which programs must be prepared not to have.
    lacking(NAMED(PR_SET_MM), EPERM),
    option(NAMED(PR_SET_CHILD_SUBREAPER), slong()),
    option(NAMED(PR_GET_CHILD_SUBREAPER), out<int>()),
    option(NAMED(PR_SET_NO_NEW_PRIVS), slong(), slong(), slong(), slong()),
    option(NAMED(PR_GET_NO_NEW_PRIVS), slong(), slong(), slong(), slong()),
    option(NAMED(PR_GET_TID_ADDRESS), out<std::uint64_t>()),
    option(NAMED(PR_SET_THP_DISABLE), slong(), slong(), slong(), slong()),
    option(NAMED(PR_GET_THP_DISABLE), slong(), slong(), slong(), slong()),
    lacking(NAMED(PR_MPX_ENABLE_MANAGEMENT), EINVAL, Warn::kNo),  // gone since Linux 5.6
    lacking(NAMED(PR_MPX_DISABLE_MANAGEMENT), EINVAL, Warn::kNo),
    lacking(NAMED(PR_SET_FP_MODE), EINVAL, Warn::kNo),  // not on x86
    lacking(NAMED(PR_GET_FP_MODE), EINVAL, Warn::kNo),
    option(NAMED(PR_CAP_AMBIENT), slong(), slong(), slong(), slong()),
    lacking(NAMED(PR_SVE_SET_VL), EINVAL, Warn::kNo),  // not on x86
    lacking(NAMED(PR_SVE_GET_VL), EINVAL, Warn::kNo),
    option(NAMED(PR_GET_SPECULATION_CTRL), slong(), slong(), slong(), slong()),
    option(NAMED(PR_SET_SPECULATION_CTRL), slong(), slong(), slong(), slong()),
    lacking(NAMED(PR_PAC_RESET_KEYS), EINVAL, Warn::kNo),  // not on x86
    lacking(NAMED(PR_SET_TAGGED_ADDR_CTRL), EINVAL, Warn::kNo),
    lacking(NAMED(PR_GET_TAGGED_ADDR_CTRL), EINVAL, Warn::kNo),
    option(NAMED(PR_SET_IO_FLUSHER), slong(), slong(), slong(), slong()),
    option(NAMED(PR_GET_IO_FLUSHER), slong(), slong(), slong(), slong()),
    lacking(NAMED(PR_SET_SYSCALL_USER_DISPATCH), EINVAL),  // the kernel would ask the program's memory before each call
    lacking(NAMED(PR_PAC_SET_ENABLED_KEYS), EINVAL, Warn::kNo),
    lacking(NAMED(PR_PAC_GET_ENABLED_KEYS), EINVAL, Warn::kNo),
    // Only PR_SCHED_CORE_GET writes: the others are given a null pointer.
    option(NAMED(PR_SCHED_CORE), slong(), pid(), slong(), out<std::uint64_t>()),
    lacking(NAMED(PR_SME_SET_VL), EINVAL, Warn::kNo),  // not on x86
    lacking(NAMED(PR_SME_GET_VL), EINVAL, Warn::kNo),
    option(kSetMdwe, "PR_SET_MDWE", slong(), slong(), slong(), slong()),
    option(kGetMdwe, "PR_GET_MDWE", slong(), slong(), slong(), slong()),
    option(kSetMemoryMerge, "PR_SET_MEMORY_MERGE", slong(), slong(), slong(), slong()),
    option(kGetMemoryMerge, "PR_GET_MEMORY_MERGE", slong(), slong(), slong(), slong()),
    lacking(kGetShadowStack, "PR_GET_SHADOW_STACK_STATUS", EINVAL, Warn::kNo),
    lacking(kSetShadowStack, "PR_SET_SHADOW_STACK_STATUS", EINVAL, Warn::kNo),
    lacking(kLockShadowStack, "PR_LOCK_SHADOW_STACK_STATUS", EINVAL, Warn::kNo),
    option(kTimerCreateRestoreIds, "PR_TIMER_CREATE_RESTORE_IDS", slong(), slong(), slong(), slong()),
    option(kFutexHash, "PR_FUTEX_HASH", slong(), slong(), slong(), slong()),
    option(kGetAuxv, "PR_GET_AUXV", out(arg(2), result()).as("auxv"), size(), slong(), slong()),
    option(NAMED(PR_SET_VMA), slong(), address(), size(), text()),
    option(NAMED(PR_SET_PTRACER), slong()),
});
// clang-format on
static_assert(well_formed(kPrctlRows));

// ---- arch_prctl

// clang-format off
constexpr auto kArchPrctlRows = by_value({
    {0x1001, "ARCH_SET_GS", {command(), address()}, kAnswer, kNever, {.registers = RegistersAfter::kSet}},
    {0x1002, "ARCH_SET_FS", {command(), address()}, kAnswer, kNever, {.registers = RegistersAfter::kSet}},
    {0x1003, "ARCH_GET_FS", {command(), out<std::uint64_t>()}},
    {0x1004, "ARCH_GET_GS", {command(), out<std::uint64_t>()}},
    {0x1011, "ARCH_GET_CPUID", {command(), unused()}},
    // A processor without CPUID faulting.
    {0x1012, "ARCH_SET_CPUID", {command(), slong()}, kRefuse, kNever, {.refusal = {ENODEV}}},
    {0x1021, "ARCH_GET_XCOMP_SUPP", {command(), out<std::uint64_t>()}},
    {0x1022, "ARCH_GET_XCOMP_PERM", {command(), out<std::uint64_t>()}},
    // Registers of 8 KiB that a trace's vector state does not hold: a processor without AMX.
    {0x1023, "ARCH_REQ_XCOMP_PERM", {command(), slong()}, kRefuse, kNever, {.refusal = {EOPNOTSUPP}}},
    // A vdso reads the clock without a call: a kernel without CONFIG_CHECKPOINT_RESTORE.
    {0x2001, "ARCH_MAP_VDSO_X32", {command(), address()}, kRefuse, kNever, {.refusal = {EINVAL}}},
    {0x2002, "ARCH_MAP_VDSO_32", {command(), address()}, kRefuse, kNever, {.refusal = {EINVAL}}},
    {0x2003, "ARCH_MAP_VDSO_64", {command(), address()}, kRefuse, kNever, {.refusal = {EINVAL}}},
    // glibc asks for shadow stacks at each start; a processor without them.
    {0x3001, "ARCH_CET_STATUS", {command(), address()}, kRefuse, kNever, {.refusal = {EINVAL, Warn::kNo}}},
    {0x4001, "ARCH_GET_UNTAG_MASK", {command(), out<std::uint64_t>()}},
    {0x4002, "ARCH_ENABLE_TAGGED_ADDR", {command(), slong()}, kRefuse, kNever, {.refusal = {ENODEV}}},
    {0x4003, "ARCH_GET_MAX_TAG_BITS", {command(), out<std::uint64_t>()}},
    {0x5001, "ARCH_SHSTK_ENABLE", {command(), slong()}, kRefuse, kNever, {.refusal = {EINVAL, Warn::kNo}}},
    {0x5002, "ARCH_SHSTK_DISABLE", {command(), slong()}, kRefuse, kNever, {.refusal = {EINVAL, Warn::kNo}}},
    {0x5003, "ARCH_SHSTK_LOCK", {command(), slong()}, kRefuse, kNever, {.refusal = {EINVAL, Warn::kNo}}},
    {0x5004, "ARCH_SHSTK_UNLOCK", {command(), slong()}, kRefuse, kNever, {.refusal = {EINVAL, Warn::kNo}}},
    {0x5005, "ARCH_SHSTK_STATUS", {command(), address()}, kRefuse, kNever, {.refusal = {EINVAL, Warn::kNo}}},
});
// clang-format on
static_assert(well_formed(kArchPrctlRows));

// ---- futex: the kernel itself writes the word of priority-inheriting ones, whatever comes of the
// call

constexpr Argument kernel_word() { return out<std::uint32_t>().on(When::kAtOnce); }
constexpr Argument timeout() { return in<timespec>(); }

// clang-format off
constexpr auto kFutexRows = by_value({
    {NAMED(FUTEX_WAIT), {address(), command(), uint(), timeout()}, kAnswer, kMaybe},
    {NAMED(FUTEX_WAKE), {address(), command(), sint()}},
    {NAMED(FUTEX_REQUEUE), {address(), command(), sint(), size(), address()}},
    {NAMED(FUTEX_CMP_REQUEUE), {address(), command(), sint(), size(), address(), uint()}},
    {NAMED(FUTEX_WAKE_OP), {address(), command(), sint(), size(), kernel_word(), uint()}},
    {NAMED(FUTEX_LOCK_PI), {kernel_word(), command(), unused(), timeout()}, kAnswer, kMaybe},
    {NAMED(FUTEX_UNLOCK_PI), {kernel_word(), command()}},
    {NAMED(FUTEX_TRYLOCK_PI), {kernel_word(), command()}},
    {NAMED(FUTEX_WAIT_BITSET), {address(), command(), uint(), timeout(), unused(), uint()}, kAnswer, kMaybe},
    {NAMED(FUTEX_WAKE_BITSET), {address(), command(), sint(), unused(), unused(), uint()}},
    {NAMED(FUTEX_WAIT_REQUEUE_PI), {address(), command(), uint(), timeout(), kernel_word()}, kAnswer, kMaybe},
    {NAMED(FUTEX_CMP_REQUEUE_PI), {address(), command(), sint(), size(), kernel_word(), uint()}},
    {NAMED(FUTEX_LOCK_PI2), {kernel_word(), command(), unused(), timeout()}, kAnswer, kMaybe},
});
// clang-format on
static_assert(well_formed(kFutexRows));

// clang-format off
constexpr Flag kFutexFlagNames[] = {
    {"FUTEX_PRIVATE_FLAG", FUTEX_PRIVATE_FLAG}, {"FUTEX_CLOCK_REALTIME", FUTEX_CLOCK_REALTIME}};
constexpr FlagSet kFutexOperationFlags{"futex operation flags", kFutexFlagNames};

// ---- seccomp

constexpr auto kSeccompRows = by_value({
    {NAMED(SECCOMP_SET_MODE_STRICT), {command(), uint(), unused()}, kAnswer, kNever, {.agent = Agent::kMustNot}},
    {NAMED(SECCOMP_SET_MODE_FILTER), {command(), flags(kSeccompFilterFlags), in(bytes(16)).as("sock_fprog")},
     kAnswer, kNever, {.agent = Agent::kMustNot}},
    {NAMED(SECCOMP_GET_ACTION_AVAIL), {command(), uint(), in<std::uint32_t>()}},
    {NAMED(SECCOMP_GET_NOTIF_SIZES), {command(), uint(), out(bytes(6)).as("seccomp_notif_sizes")}},
});
// clang-format on
static_assert(well_formed(kSeccompRows));

// ---- keyctl

constexpr Argument key() { return flags(kKeyrings); }  // a key's number, or one of the names

// clang-format off
constexpr auto kKeyctlRows = by_value({
    {NAMED(KEYCTL_GET_KEYRING_ID), {command(), key(), sint()}},
    {NAMED(KEYCTL_JOIN_SESSION_KEYRING), {command(), text()}},
    {NAMED(KEYCTL_UPDATE), {command(), key(), in(arg(3)), size()}},
    {NAMED(KEYCTL_REVOKE), {command(), key()}},
    {NAMED(KEYCTL_CHOWN), {command(), key(), user(), user()}},
    {NAMED(KEYCTL_SETPERM), {command(), key(), uint()}},
    {NAMED(KEYCTL_DESCRIBE), {command(), key(), out(arg(3), result()), size()}},
    {NAMED(KEYCTL_CLEAR), {command(), key()}},
    {NAMED(KEYCTL_LINK), {command(), key(), key()}},
    {NAMED(KEYCTL_UNLINK), {command(), key(), key()}},
    {NAMED(KEYCTL_SEARCH), {command(), key(), text(), text(), key()}},
    {NAMED(KEYCTL_READ), {command(), key(), out(arg(3), result()), size()}},
    {NAMED(KEYCTL_INSTANTIATE), {command(), key(), in(arg(3)), size(), key()}},
    {NAMED(KEYCTL_NEGATE), {command(), key(), uint(), key()}},
    {NAMED(KEYCTL_SET_REQKEY_KEYRING), {command(), sint()}},
    {NAMED(KEYCTL_SET_TIMEOUT), {command(), key(), uint()}},
    {NAMED(KEYCTL_ASSUME_AUTHORITY), {command(), key()}},
    {NAMED(KEYCTL_GET_SECURITY), {command(), key(), out(arg(3), result()), size()}},
    {NAMED(KEYCTL_SESSION_TO_PARENT), {command()}},
    {NAMED(KEYCTL_REJECT), {command(), key(), uint(), uint(), key()}},
    {NAMED(KEYCTL_INSTANTIATE_IOV), {command(), key(), iovecs_in(arg(3)), size(), key()}},
    {NAMED(KEYCTL_INVALIDATE), {command(), key()}},
    {NAMED(KEYCTL_GET_PERSISTENT), {command(), user(), key()}},
    {NAMED(KEYCTL_DH_COMPUTE),
     {command(), in(bytes(12)).as("keyctl_dh_params"), out(arg(3), result()), size(), in(bytes(56)).as("keyctl_kdf_params")}},
    {NAMED(KEYCTL_PKEY_QUERY),
     {command(), key(), unused(), text(), out(bytes(56)).as("keyctl_pkey_query")}},
    // Where data lies and how much there is, is in a structure: a kernel without CONFIG_ASYMMETRIC_KEY_TYPE.
    {NAMED(KEYCTL_PKEY_ENCRYPT), {command(), address(), text(), address(), address()},
     kRefuse, kNever, {.refusal = {EOPNOTSUPP}}},
    {NAMED(KEYCTL_PKEY_DECRYPT), {command(), address(), text(), address(), address()},
     kRefuse, kNever, {.refusal = {EOPNOTSUPP}}},
    {NAMED(KEYCTL_PKEY_SIGN), {command(), address(), text(), address(), address()},
     kRefuse, kNever, {.refusal = {EOPNOTSUPP}}},
    {NAMED(KEYCTL_PKEY_VERIFY), {command(), address(), text(), address(), address()},
     kRefuse, kNever, {.refusal = {EOPNOTSUPP}}},
    {NAMED(KEYCTL_RESTRICT_KEYRING), {command(), key(), text(), text()}},
    {NAMED(KEYCTL_MOVE), {command(), key(), key(), key(), uint()}},
    {NAMED(KEYCTL_CAPABILITIES), {command(), out(arg(2)), size()}},  // filled up with zeros
    {NAMED(KEYCTL_WATCH_KEY), {command(), key(), fd(), sint()}},
});
// clang-format on
static_assert(well_formed(kKeyctlRows));

constexpr std::uint64_t kFutexCommandMask =
    0xffff'ffff & ~std::uint64_t{FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME};

}  // namespace

const Commands kPrctlCommands{.rows = kPrctlRows, .argument = 0};
const Commands kArchPrctlCommands{.rows = kArchPrctlRows, .argument = 0};
const Commands kFutexCommands{.rows = kFutexRows,
                              .argument = 1,
                              .mask = kFutexCommandMask,
                              .flags = &kFutexOperationFlags,
                              .unknown_error = ENOSYS};
const Commands kSeccompCommands{.rows = kSeccompRows, .argument = 0};
const Commands kKeyctlCommands{.rows = kKeyctlRows, .argument = 0, .unknown_error = EOPNOTSUPP};

}  // namespace mecrr::calls

#undef NAMED
