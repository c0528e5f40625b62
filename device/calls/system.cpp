// Calls on the system as a whole: its name, mounts, modules, swap, quotas, tracing facilities. How
// to add one: README.md here.
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include <cerrno>

#include "device/calls/call.h"
#include "device/calls/commands.h"
#include "device/calls/families.h"
#include "device/calls/flag_sets.h"

namespace mecrr::calls {
namespace {

using enum Replay;
using enum Blocks;

constexpr std::uint32_t kStatmount = 457, kListmount = 458, kLsmGetSelfAttr = 459,
                        kLsmSetSelfAttr = 460, kLsmListModules = 461, kOpenTreeAttr = 467;

// Memory that the kernel writes or reads at any time, or that only the kernel knows the size of.
constexpr Extra kLacking{.refusal = {ENOSYS}};

// clang-format off
constexpr Call kSystemCalls[] = {
    // number, name, arguments, replay, blocks
    {SYS_uname, "uname", {out<utsname>()}},
    {SYS_sysinfo, "sysinfo", {out<struct sysinfo>()}},
    {SYS_syslog, "syslog", {command(), address(), sint()}, kAnswer, kMaybe, {.commands = &kSyslogCommands}},
    {SYS_ustat, "ustat", {uint(), out(bytes(32)).as("ustat")}},
    {SYS_sysfs, "sysfs", {command(), address(), address()}, kAnswer, kNever, {.commands = &kSysfsCommands}},
    {SYS_vhangup, "vhangup", {}},
    // Segment descriptors are state that no log of memory has; a kernel without CONFIG_MODIFY_LDT_SYSCALL.
    {SYS_modify_ldt, "modify_ldt", {sint(), address(), size()}, kRefuse, kNever, kLacking},
    {SYS_pivot_root, "pivot_root", {path(), path()}},
    {SYS_sync, "sync", {}, kAnswer, kMaybe},
    {SYS_mount, "mount", {path(), path(), text(), wide_flags(kMountFlags), address()}},
    {SYS_umount2, "umount2", {path(), flags(kUmountFlags)}, kAnswer, kMaybe},
    {SYS_swapon, "swapon", {path(), flags(kSwapFlags)}},
    {SYS_swapoff, "swapoff", {path()}, kAnswer, kMaybe},
    {SYS_reboot, "reboot", {flags(kRebootMagic), flags(kRebootMagic), flags(kRebootCommands), address()}},
    {SYS_sethostname, "sethostname", {in(arg(1)), sint()}},
    {SYS_setdomainname, "setdomainname", {in(arg(1)), sint()}},
    // What a port reads is no call's result; a kernel without CONFIG_X86_IOPL_IOPERM.
    {SYS_iopl, "iopl", {uint()}, kRefuse, kNever, kLacking},
    {SYS_ioperm, "ioperm", {size(), size(), sint()}, kRefuse, kNever, kLacking},
    {SYS_init_module, "init_module", {in(arg(1)), size(), text()}},
    {SYS_delete_module, "delete_module", {text(), flags(kOpenFlags)}},
    {SYS_quotactl, "quotactl", {command(), path(), user(), address()}, kAnswer, kNever, {.commands = &kQuotactlCommands}},
    // Kernel AIO writes buffers and rings when it likes.
    {SYS_io_setup, "io_setup", {uint(), address()}, kRefuse, kNever, kLacking},
    {SYS_io_destroy, "io_destroy", {address()}, kRefuse, kNever, kLacking},
    {SYS_io_getevents, "io_getevents", {address(), slong(), slong(), address(), address()}, kRefuse, kNever, kLacking},
    {SYS_io_submit, "io_submit", {address(), slong(), address()}, kRefuse, kNever, kLacking},
    {SYS_io_cancel, "io_cancel", {address(), address(), address()}, kRefuse, kNever, kLacking},
    {SYS_lookup_dcookie, "lookup_dcookie", {size(), out(arg(2), result()), size()}},
    {SYS_kexec_load, "kexec_load", {size(), size(), in(arg(1) * 32).as("kexec_segment"), size()}},
    // Counters and their rings are written at any time; a kernel without CONFIG_PERF_EVENTS.
    {SYS_perf_event_open, "perf_event_open", {address(), pid(), sint(), fd(), size()}, kRefuse, kNever, kLacking},
    {SYS_finit_module, "finit_module", {fd(), text(), flags(kModuleFlags)}},
    {SYS_getrandom, "getrandom", {out(arg(1), result()), size(), flags(kRandomFlags)}, kAnswer, kMaybe},
    {SYS_kexec_file_load, "kexec_file_load", {fd(), fd(), size(), in(arg(2)), size()}},
    // How much a map's lookup writes depends on the map; maps can be mapped and change at any time. CONFIG_BPF_SYSCALL.
    {SYS_bpf, "bpf", {sint(), in(arg(2)).as("bpf_attr"), uint()}, kRefuse, kNever, kLacking},
    {SYS_io_pgetevents, "io_pgetevents",
     {address(), slong(), slong(), address(), address(), address()}, kRefuse, kNever, kLacking},
    {SYS_io_uring_setup, "io_uring_setup", {uint(), address()}, kRefuse, kNever, kLacking},
    {SYS_io_uring_enter, "io_uring_enter",
     {fd(), uint(), uint(), uint(), address(), size()}, kRefuse, kNever, kLacking},
    {SYS_io_uring_register, "io_uring_register", {fd(), uint(), address(), uint()}, kRefuse, kNever, kLacking},
    {SYS_open_tree, "open_tree", {directory(), path(), flags(kOpenTreeFlags)}},
    {SYS_move_mount, "move_mount", {directory(), path(), directory(), path(), flags(kMoveMountFlags)}},
    {SYS_fsopen, "fsopen", {text(), flags(kFsopenFlags)}},
    {SYS_fsconfig, "fsconfig", {fd(), flags(kFsconfigCommands), text(), address(), sint()}},
    {SYS_fsmount, "fsmount", {fd(), flags(kFsmountFlags), flags(kMountAttributes)}},
    {SYS_fspick, "fspick", {directory(), path(), flags(kFspickFlags)}},
    {SYS_mount_setattr, "mount_setattr",
     {directory(), path(), flags(kAtFlags), in(arg(4)).as("mount_attr"), size()}},
    {SYS_quotactl_fd, "quotactl_fd", {fd(), command(), user(), address()},
     kAnswer, kNever, {.commands = &kQuotactlFdCommands}},
    // The structure begins with the size of what was written.
    {kStatmount, "statmount",
     {in(behind(0)).as("mnt_id_req"), out(arg(2), behind(1)).as("statmount"), size(), flags(kNoFlags)}},
    {kListmount, "listmount",
     {in(behind(0)).as("mnt_id_req"), out<std::uint64_t>(arg(2), result()), size(), flags(kNoFlags)}},
    {kLsmGetSelfAttr, "lsm_get_self_attr",
     {uint(), out(behind(2)).as("lsm_ctx"), inout<std::uint32_t>().on(When::kAlways), flags(kNoFlags)}},
    {kLsmSetSelfAttr, "lsm_set_self_attr", {uint(), in(arg(2)).as("lsm_ctx"), uint(), flags(kNoFlags)}},
    {kLsmListModules, "lsm_list_modules",
     {out(behind(1)), inout<std::uint32_t>().on(When::kAlways), flags(kNoFlags)}},
    {kOpenTreeAttr, "open_tree_attr",
     {directory(), path(), flags(kOpenTreeFlags), in(arg(4)).as("mount_attr"), size()}},
};
// clang-format on
static_assert(well_formed(kSystemCalls));

}  // namespace

std::span<const Call> system_calls() { return kSystemCalls; }

}  // namespace mecrr::calls
