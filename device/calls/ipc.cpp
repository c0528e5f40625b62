// System V IPC and POSIX message queues. How to add one: README.md here. (shmat and shmdt:
// memory.cpp.)
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <sys/sem.h>
#include <sys/syscall.h>

#include "device/calls/call.h"
#include "device/calls/commands.h"
#include "device/calls/families.h"
#include "device/calls/flag_sets.h"

namespace mecrr::calls {
namespace {

using enum Replay;
using enum Blocks;

// A message is its type, a long, and then as many bytes as are counted.
constexpr std::int32_t kTypeBytes = 8;

// clang-format off
constexpr Call kIpcCalls[] = {
    // number, name, arguments, replay, blocks
    {SYS_shmget, "shmget", {sint(), size(), flags(kIpcFlags)}},
    {SYS_shmctl, "shmctl", {sint(), command(), address()}, kAnswer, kNever, {.commands = &kShmctlCommands}},
    {SYS_semget, "semget", {sint(), sint(), flags(kIpcFlags)}},
    {SYS_semop, "semop", {sint(), in<sembuf>(arg(2)), uint()}, kAnswer, kMaybe},
    {SYS_semctl, "semctl", {sint(), sint(), command(), address()}, kAnswer, kNever, {.commands = &kSemctlCommands}},
    {SYS_msgget, "msgget", {sint(), flags(kIpcFlags)}},
    {SYS_msgsnd, "msgsnd", {sint(), in(arg(2) + kTypeBytes).as("msgbuf"), size(), flags(kIpcFlags)}, kAnswer, kMaybe},
    {SYS_msgrcv, "msgrcv",
     {sint(), out(arg(2) + kTypeBytes, result() + kTypeBytes).as("msgbuf"), size(), slong(), flags(kIpcFlags)},
     kAnswer, kMaybe},
    {SYS_msgctl, "msgctl", {sint(), command(), address()}, kAnswer, kNever, {.commands = &kMsgctlCommands}},
    {SYS_semtimedop, "semtimedop", {sint(), in<sembuf>(arg(2)), uint(), in<timespec>()}, kAnswer, kMaybe},
    {SYS_mq_open, "mq_open", {text(), flags(kOpenFlags), mode(), in<mq_attr>()}},
    {SYS_mq_unlink, "mq_unlink", {text()}},
    {SYS_mq_timedsend, "mq_timedsend", {fd(), in(arg(2)), size(), uint(), in<timespec>()}, kAnswer, kMaybe},
    {SYS_mq_timedreceive, "mq_timedreceive",
     {fd(), out(arg(2), result()), size(), out<std::uint32_t>(), in<timespec>()}, kAnswer, kMaybe},
    {SYS_mq_notify, "mq_notify", {fd(), in<sigevent>()}},
    {SYS_mq_getsetattr, "mq_getsetattr", {fd(), in<mq_attr>(), out<mq_attr>()}},
};
// clang-format on
static_assert(well_formed(kIpcCalls));

}  // namespace

std::span<const Call> ipc_calls() { return kIpcCalls; }

}  // namespace mecrr::calls
