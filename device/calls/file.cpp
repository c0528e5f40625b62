// Calls on open files, by descriptor. How to add one: README.md here.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "device/calls/call.h"
#include "device/calls/commands.h"
#include "device/calls/families.h"
#include "device/calls/flag_sets.h"

namespace mecrr::calls {
namespace {

using enum Replay;
using enum Blocks;
using Offset = std::uint64_t;

constexpr std::uint32_t kCachestat = 451;

// clang-format off
constexpr Call kFileCalls[] = {
    // number, name, arguments, replay, blocks
    {SYS_read, "read", {fd(), out(arg(2), result()), size()}, kAnswer, kMaybe},
    {SYS_write, "write", {fd(), in(arg(2)), size()}, kAnswer, kMaybe},
    {SYS_close, "close", {fd()}, kAnswer, kMaybe},  // waits where SO_LINGER or a tty says so
    {SYS_fstat, "fstat", {fd(), out<struct stat>()}},
    {SYS_lseek, "lseek", {fd(), slong(), flags(kWhence)}},
    {SYS_ioctl, "ioctl", {fd(), command(), address()}, kAnswer, kMaybe, {.commands = &kIoctlCommands}},
    {SYS_pread64, "pread64", {fd(), out(arg(2), result()), size(), slong()}, kAnswer, kMaybe},
    {SYS_pwrite64, "pwrite64", {fd(), in(arg(2)), size(), slong()}, kAnswer, kMaybe},
    {SYS_readv, "readv", {fd(), iovecs_out(arg(2)), size()}, kAnswer, kMaybe},
    {SYS_writev, "writev", {fd(), iovecs_in(arg(2)), size()}, kAnswer, kMaybe},
    {SYS_pipe, "pipe", {out<int>(bytes(2))}},
    {SYS_dup, "dup", {fd()}},
    {SYS_dup2, "dup2", {fd(), fd()}},
    // The offset is written whatever the result.
    {SYS_sendfile, "sendfile", {fd(), fd(), inout<Offset>().on(When::kAlways), size()}, kAnswer, kMaybe},
    {SYS_fcntl, "fcntl", {fd(), command(), slong()}, kAnswer, kNever, {.commands = &kFcntlCommands}},
    {SYS_flock, "flock", {fd(), flags(kFlockOperations)}, kAnswer, kMaybe},
    {SYS_fsync, "fsync", {fd()}, kAnswer, kMaybe},
    {SYS_fdatasync, "fdatasync", {fd()}, kAnswer, kMaybe},
    {SYS_ftruncate, "ftruncate", {fd(), slong()}},
    {SYS_getdents, "getdents", {fd(), out(arg(2), result()).as("linux_dirent"), uint()}},
    {SYS_fchdir, "fchdir", {fd()}},
    {SYS_fchmod, "fchmod", {fd(), mode()}},
    {SYS_fchown, "fchown", {fd(), user(), user()}},
    {SYS_fstatfs, "fstatfs", {fd(), out<struct statfs>()}},
    {SYS_readahead, "readahead", {fd(), slong(), size()}},
    {SYS_fsetxattr, "fsetxattr", {fd(), text(), in(arg(3)), size(), flags(kXattrFlags)}},
    {SYS_fgetxattr, "fgetxattr", {fd(), text(), out(arg(3), result()), size()}},
    {SYS_flistxattr, "flistxattr", {fd(), out(arg(2), result()), size()}},
    {SYS_fremovexattr, "fremovexattr", {fd(), text()}},
    {SYS_getdents64, "getdents64", {fd(), out(arg(2), result()).as("linux_dirent64"), uint()}},
    {SYS_fadvise64, "fadvise64", {fd(), slong(), size(), flags(kFileAdvice)}},
    {SYS_splice, "splice",
     {fd(), inout<Offset>(), fd(), inout<Offset>(), size(), flags(kSpliceFlags)}, kAnswer, kMaybe},
    {SYS_tee, "tee", {fd(), fd(), size(), flags(kSpliceFlags)}, kAnswer, kMaybe},
    {SYS_sync_file_range, "sync_file_range", {fd(), slong(), slong(), flags(kSyncFileRangeFlags)}, kAnswer, kMaybe},
    // Out of a pipe it writes the memory, into a pipe it reads it.
    {SYS_vmsplice, "vmsplice", {fd(), iovecs_inout(arg(2)), size(), flags(kSpliceFlags)}, kAnswer, kMaybe},
    {SYS_fallocate, "fallocate", {fd(), flags(kFallocateModes), slong(), slong()}},
    {SYS_dup3, "dup3", {fd(), fd(), flags(kDescriptorFlags)}},
    {SYS_pipe2, "pipe2", {out<int>(bytes(2)), flags(kDescriptorFlags)}},
    // The upper half of the offset is for 32-bit programs.
    {SYS_preadv, "preadv", {fd(), iovecs_out(arg(2)), size(), slong(), unused()}, kAnswer, kMaybe},
    {SYS_pwritev, "pwritev", {fd(), iovecs_in(arg(2)), size(), slong(), unused()}, kAnswer, kMaybe},
    {SYS_syncfs, "syncfs", {fd()}, kAnswer, kMaybe},
    {SYS_memfd_create, "memfd_create", {text(), flags(kMemfdFlags)}},
    {SYS_copy_file_range, "copy_file_range",
     {fd(), inout<Offset>().on(When::kPositive), fd(), inout<Offset>().on(When::kPositive), size(), flags(kNoFlags)},
     kAnswer, kMaybe},
    {SYS_preadv2, "preadv2",
     {fd(), iovecs_out(arg(2)), size(), slong(), unused(), flags(kReadWriteFlags)}, kAnswer, kMaybe},
    {SYS_pwritev2, "pwritev2",
     {fd(), iovecs_in(arg(2)), size(), slong(), unused(), flags(kReadWriteFlags)}, kAnswer, kMaybe},
    {SYS_close_range, "close_range", {uint(), uint(), flags(kCloseRangeFlags)},
     kAnswer, kMaybe, {.agent = Agent::kMustNot}},
    {kCachestat, "cachestat", {fd(), in(bytes(16)).as("cachestat_range"), out(bytes(40)).as("cachestat"), flags(kNoFlags)}},
};
// clang-format on
static_assert(well_formed(kFileCalls));

}  // namespace

std::span<const Call> file_calls() { return kFileCalls; }

}  // namespace mecrr::calls
