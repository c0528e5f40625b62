// Calls on files by their names. How to add one: README.md here.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <utime.h>

#include <cerrno>

#include "device/calls/call.h"
#include "device/calls/families.h"
#include "device/calls/flag_sets.h"

namespace mecrr::calls {
namespace {

using enum Replay;
using enum Blocks;

constexpr std::uint32_t kFchmodat2 = 452, kSetxattrat = 463, kGetxattrat = 464, kListxattrat = 465,
                        kRemovexattrat = 466, kFileGetattr = 468, kFileSetattr = 469;

// Opening waits where the file is a FIFO or somebody holds a lease.
// clang-format off
constexpr Call kPathCalls[] = {
    // number, name, arguments, replay, blocks
    {SYS_open, "open", {path(), flags(kOpenFlags), mode()}, kAnswer, kMaybe},
    {SYS_stat, "stat", {path(), out<struct stat>()}},
    {SYS_lstat, "lstat", {path(), out<struct stat>()}},
    {SYS_access, "access", {path(), flags(kAccessModes)}},
    {SYS_truncate, "truncate", {path(), slong()}},
    {SYS_getcwd, "getcwd", {out(arg(1), result()), size()}},
    {SYS_chdir, "chdir", {path()}},
    {SYS_rename, "rename", {path(), path()}},
    {SYS_mkdir, "mkdir", {path(), mode()}},
    {SYS_rmdir, "rmdir", {path()}},
    {SYS_creat, "creat", {path(), mode()}, kAnswer, kMaybe},
    {SYS_link, "link", {path(), path()}},
    {SYS_unlink, "unlink", {path()}},
    {SYS_symlink, "symlink", {path(), path()}},
    {SYS_readlink, "readlink", {path(), out(arg(2), result()), sint()}},
    {SYS_chmod, "chmod", {path(), mode()}},
    {SYS_chown, "chown", {path(), user(), user()}},
    {SYS_lchown, "lchown", {path(), user(), user()}},
    {SYS_umask, "umask", {mode()}},
    {SYS_utime, "utime", {path(), in<utimbuf>()}},
    {SYS_mknod, "mknod", {path(), mode(), device()}},
    {SYS_statfs, "statfs", {path(), out<struct statfs>()}},
    {SYS_chroot, "chroot", {path()}},
    {SYS_setxattr, "setxattr", {path(), text(), in(arg(3)), size(), flags(kXattrFlags)}},
    {SYS_lsetxattr, "lsetxattr", {path(), text(), in(arg(3)), size(), flags(kXattrFlags)}},
    {SYS_getxattr, "getxattr", {path(), text(), out(arg(3), result()), size()}},
    {SYS_lgetxattr, "lgetxattr", {path(), text(), out(arg(3), result()), size()}},
    {SYS_listxattr, "listxattr", {path(), out(arg(2), result()), size()}},
    {SYS_llistxattr, "llistxattr", {path(), out(arg(2), result()), size()}},
    {SYS_removexattr, "removexattr", {path(), text()}},
    {SYS_lremovexattr, "lremovexattr", {path(), text()}},
    {SYS_utimes, "utimes", {path(), in<timeval>(bytes(2))}},
    {SYS_openat, "openat", {directory(), path(), flags(kOpenFlags), mode()}, kAnswer, kMaybe},
    {SYS_mkdirat, "mkdirat", {directory(), path(), mode()}},
    {SYS_mknodat, "mknodat", {directory(), path(), mode(), device()}},
    {SYS_fchownat, "fchownat", {directory(), path(), user(), user(), flags(kAtFlags)}},
    {SYS_futimesat, "futimesat", {directory(), path(), in<timeval>(bytes(2))}},
    {SYS_newfstatat, "newfstatat", {directory(), path(), out<struct stat>(), flags(kAtFlags)}},
    {SYS_unlinkat, "unlinkat", {directory(), path(), flags(kAtFlags)}},
    {SYS_renameat, "renameat", {directory(), path(), directory(), path()}},
    {SYS_linkat, "linkat", {directory(), path(), directory(), path(), flags(kAtFlags)}},
    {SYS_symlinkat, "symlinkat", {path(), directory(), path()}},
    {SYS_readlinkat, "readlinkat", {directory(), path(), out(arg(3), result()), sint()}},
    {SYS_fchmodat, "fchmodat", {directory(), path(), mode()}},
    {SYS_faccessat, "faccessat", {directory(), path(), flags(kAccessModes)}},
    {SYS_utimensat, "utimensat", {directory(), path(), in<timespec>(bytes(2)), flags(kAtFlags)}},
    // A struct file_handle: two words, and as many bytes as the first of them says. Too small a room (EOVERFLOW) gives the
    // two words alone.
    {SYS_name_to_handle_at, "name_to_handle_at",
     {directory(), path(), inout(behind(2) + 8).as("file_handle").on(When::kAlways), out<int>().on(When::kAlways),
      flags(kAtFlags)}},
    {SYS_open_by_handle_at, "open_by_handle_at",
     {directory(), in(behind(1) + 8).as("file_handle"), flags(kOpenFlags)}, kAnswer, kMaybe},
    {SYS_renameat2, "renameat2", {directory(), path(), directory(), path(), flags(kRenameFlags)}},
    {SYS_statx, "statx", {directory(), path(), flags(kAtFlags), flags(kStatxMask), out<struct statx>()}},
    {SYS_openat2, "openat2", {directory(), path(), in(arg(3)).as("open_how"), size()}, kAnswer, kMaybe},
    {SYS_faccessat2, "faccessat2", {directory(), path(), flags(kAccessModes), flags(kAtFlags)}},
    {kFchmodat2, "fchmodat2", {directory(), path(), mode(), flags(kAtFlags)}},
    {kSetxattrat, "setxattrat", {directory(), path(), flags(kAtFlags), text(), in(arg(5)).as("xattr_args"), size()},
     kRefuse, kNever, {.refusal = {ENOSYS, Warn::kNo}}},  // the value is behind a pointer in the structure; libc does without
    {kGetxattrat, "getxattrat", {directory(), path(), flags(kAtFlags), text(), in(arg(5)).as("xattr_args"), size()},
     kRefuse, kNever, {.refusal = {ENOSYS, Warn::kNo}}},
    {kListxattrat, "listxattrat", {directory(), path(), flags(kAtFlags), out(arg(4), result()), size()}},
    {kRemovexattrat, "removexattrat", {directory(), path(), flags(kAtFlags), text()}},
    {kFileGetattr, "file_getattr", {directory(), path(), out(arg(3)).as("file_attr"), size(), flags(kAtFlags)}},
    {kFileSetattr, "file_setattr", {directory(), path(), in(arg(3)).as("file_attr"), size(), flags(kAtFlags)}},
};
// clang-format on
static_assert(well_formed(kPathCalls));

}  // namespace

std::span<const Call> path_calls() { return kPathCalls; }

}  // namespace mecrr::calls
