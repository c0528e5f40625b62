// Sub-tables of System V IPC: shmctl, semctl, msgctl. Structures are the kernel's (asm-generic):
// glibc's are as long.
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <cerrno>

#include "device/calls/commands.h"

#define NAMED(name) name, #name  // undefined below

namespace mecrr::calls {
namespace {

// ---- shmctl

constexpr Argument segment_out() { return out<shmid_ds>(); }
static_assert(sizeof(shmid_ds) == 112);
constexpr std::int32_t kSegmentLimitsBytes = 72, kSegmentUseBytes = 48;
constexpr int kShmStat = 13, kShmInfo = 14, kShmStatAny = 15;

// clang-format off
constexpr auto kShmctlRows = by_value({
    {NAMED(IPC_RMID), {sint(), command()}},
    {NAMED(IPC_SET), {sint(), command(), in<shmid_ds>()}},
    {NAMED(IPC_STAT), {sint(), command(), segment_out()}},
    {3, "IPC_INFO", {sint(), command(), out(bytes(kSegmentLimitsBytes)).as("shminfo")}},
    {NAMED(SHM_LOCK), {sint(), command()}},
    {NAMED(SHM_UNLOCK), {sint(), command()}},
    {kShmStat, "SHM_STAT", {sint(), command(), segment_out()}},
    {kShmInfo, "SHM_INFO", {sint(), command(), out(bytes(kSegmentUseBytes)).as("shm_info")}},
    {kShmStatAny, "SHM_STAT_ANY", {sint(), command(), segment_out()}},
});
// clang-format on
static_assert(well_formed(kShmctlRows));

// ---- semctl: how many values GETALL writes only the kernel knows

constexpr Argument set_out() { return out<semid_ds>(); }
static_assert(sizeof(semid_ds) == 104);
constexpr Argument limits_out() { return out(bytes(40)).as("seminfo"); }
constexpr std::int32_t kMostValuesBytes = 2 * 32000;  // SEMMSL, as all systems have it

// clang-format off
constexpr auto kSemctlRows = by_value({
    {NAMED(IPC_RMID), {sint(), sint(), command()}},
    {NAMED(IPC_SET), {sint(), sint(), command(), in<semid_ds>()}},
    {NAMED(IPC_STAT), {sint(), sint(), command(), set_out()}},
    {3, "IPC_INFO", {sint(), sint(), command(), limits_out()}},
    {NAMED(GETPID), {sint(), sint(), command()}},
    {NAMED(GETVAL), {sint(), sint(), command()}},
    {NAMED(GETALL), {sint(), sint(), command(), out(bytes(kMostValuesBytes), changed()).as("unsigned short")}},
    {NAMED(GETNCNT), {sint(), sint(), command()}},
    {NAMED(GETZCNT), {sint(), sint(), command()}},
    {NAMED(SETVAL), {sint(), sint(), command(), sint()}},
    {NAMED(SETALL), {sint(), sint(), command(), address()}},
    {18, "SEM_STAT", {sint(), sint(), command(), set_out()}},
    {19, "SEM_INFO", {sint(), sint(), command(), limits_out()}},
    {20, "SEM_STAT_ANY", {sint(), sint(), command(), set_out()}},
});
// clang-format on
static_assert(well_formed(kSemctlRows));

// ---- msgctl

constexpr Argument queue_out() { return out<msqid_ds>(); }
static_assert(sizeof(msqid_ds) == 120);
constexpr Argument queue_limits_out() { return out(bytes(32)).as("msginfo"); }

// clang-format off
constexpr auto kMsgctlRows = by_value({
    {NAMED(IPC_RMID), {sint(), command()}},
    {NAMED(IPC_SET), {sint(), command(), in<msqid_ds>()}},
    {NAMED(IPC_STAT), {sint(), command(), queue_out()}},
    {3, "IPC_INFO", {sint(), command(), queue_limits_out()}},
    {11, "MSG_STAT", {sint(), command(), queue_out()}},
    {12, "MSG_INFO", {sint(), command(), queue_limits_out()}},
    {13, "MSG_STAT_ANY", {sint(), command(), queue_out()}},
});
// clang-format on
static_assert(well_formed(kMsgctlRows));

}  // namespace

const Commands kShmctlCommands{.rows = kShmctlRows, .argument = 1};
const Commands kSemctlCommands{.rows = kSemctlRows, .argument = 2};
const Commands kMsgctlCommands{.rows = kMsgctlRows, .argument = 1};

}  // namespace mecrr::calls

#undef NAMED
