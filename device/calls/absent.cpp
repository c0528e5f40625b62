// Calls that have a number and a name, but that no kernel since 2.6 implements on x86-64; and one
// that only the kernel's own code may make. All kernels answer ENOSYS, and so do we, without
// bothering anybody.
#include <sys/syscall.h>

#include <cerrno>

#include "device/calls/call.h"
#include "device/calls/families.h"

namespace mecrr::calls {
namespace {

using enum Replay;
using enum Blocks;

constexpr std::uint32_t kUretprobe = 335;
constexpr Extra kNobodyHasIt{.refusal = {ENOSYS, Warn::kNo}};

// clang-format off
constexpr Call kAbsentCalls[] = {
    {SYS_uselib, "uselib", {address()}, kRefuse, kNever, kNobodyHasIt},
    {SYS__sysctl, "_sysctl", {address()}, kRefuse, kNever, kNobodyHasIt},
    {SYS_create_module, "create_module", {}, kRefuse, kNever, kNobodyHasIt},
    {SYS_get_kernel_syms, "get_kernel_syms", {}, kRefuse, kNever, kNobodyHasIt},
    {SYS_query_module, "query_module", {}, kRefuse, kNever, kNobodyHasIt},
    {SYS_nfsservctl, "nfsservctl", {}, kRefuse, kNever, kNobodyHasIt},
    {SYS_getpmsg, "getpmsg", {}, kRefuse, kNever, kNobodyHasIt},
    {SYS_putpmsg, "putpmsg", {}, kRefuse, kNever, kNobodyHasIt},
    {SYS_afs_syscall, "afs_syscall", {}, kRefuse, kNever, kNobodyHasIt},
    {SYS_tuxcall, "tuxcall", {}, kRefuse, kNever, kNobodyHasIt},
    {SYS_security, "security", {}, kRefuse, kNever, kNobodyHasIt},
    {SYS_set_thread_area, "set_thread_area", {address()}, kRefuse, kNever, kNobodyHasIt},
    {SYS_get_thread_area, "get_thread_area", {address()}, kRefuse, kNever, kNobodyHasIt},
    {SYS_epoll_ctl_old, "epoll_ctl_old", {}, kRefuse, kNever, kNobodyHasIt},
    {SYS_epoll_wait_old, "epoll_wait_old", {}, kRefuse, kNever, kNobodyHasIt},
    {SYS_vserver, "vserver", {}, kRefuse, kNever, kNobodyHasIt},
    {kUretprobe, "uretprobe", {}, kRefuse, kNever, kNobodyHasIt},
};
// clang-format on
static_assert(well_formed(kAbsentCalls));

}  // namespace

std::span<const Call> absent_calls() { return kAbsentCalls; }

}  // namespace mecrr::calls
