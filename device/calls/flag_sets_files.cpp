// Names of flags of calls on files, descriptors and mounts.
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/falloc.h>
#include <linux/fanotify.h>
#include <linux/fs.h>
#include <linux/memfd.h>
#include <linux/mount.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "device/calls/flag_sets.h"

#define NAMED(name) {#name, name}  // undefined below

namespace mecrr::calls {
namespace {

constexpr std::uint64_t kLargeFile =
    0100000;  // O_LARGEFILE; glibc says 0 on x86-64, musl passes it
constexpr std::uint64_t kMountRemount = 32, kMountMandLock = 64, kMountDirSync = 128,
                        kMountNoSymFollow = 256;

// clang-format off
constexpr Flag kOpenNames[] = {
    {"O_RDONLY", O_RDONLY, O_ACCMODE}, {"O_WRONLY", O_WRONLY, O_ACCMODE}, {"O_RDWR", O_RDWR, O_ACCMODE},
    {"O_TMPFILE", O_TMPFILE},  // includes O_DIRECTORY
    {"O_SYNC", O_SYNC},        // includes O_DSYNC
    NAMED(O_CREAT), NAMED(O_EXCL), NAMED(O_NOCTTY), NAMED(O_TRUNC), NAMED(O_APPEND), NAMED(O_NONBLOCK),
    NAMED(O_DSYNC), NAMED(O_ASYNC), NAMED(O_DIRECT), {"O_LARGEFILE", kLargeFile}, NAMED(O_DIRECTORY),
    NAMED(O_NOFOLLOW), NAMED(O_NOATIME), NAMED(O_CLOEXEC), NAMED(O_PATH),
};
// clang-format on
constexpr Flag kDescriptorNames[] = {
    NAMED(O_CLOEXEC), NAMED(O_NONBLOCK), NAMED(O_DIRECT), {"O_NOTIFICATION_PIPE", O_EXCL}};
// clang-format off
constexpr Flag kAtNames[] = {
    {"AT_SYMLINK_NOFOLLOW", 0x100}, {"AT_REMOVEDIR", 0x200}, {"AT_SYMLINK_FOLLOW", 0x400}, {"AT_NO_AUTOMOUNT", 0x800},
    {"AT_EMPTY_PATH", 0x1000}, {"AT_STATX_FORCE_SYNC", 0x2000}, {"AT_STATX_DONT_SYNC", 0x4000}, {"AT_RECURSIVE", 0x8000},
};
// clang-format on
constexpr Flag kAccessNames[] = {NAMED(F_OK), NAMED(R_OK), NAMED(W_OK), NAMED(X_OK)};
// clang-format off
constexpr Flag kWhenceNames[] = {
    {"SEEK_SET", SEEK_SET, ~0ull}, {"SEEK_CUR", SEEK_CUR, ~0ull}, {"SEEK_END", SEEK_END, ~0ull},
    {"SEEK_DATA", SEEK_DATA, ~0ull}, {"SEEK_HOLE", SEEK_HOLE, ~0ull},
};
// clang-format on
constexpr Flag kFlockNames[] = {NAMED(LOCK_SH), NAMED(LOCK_EX), NAMED(LOCK_NB), NAMED(LOCK_UN)};
// clang-format off
constexpr Flag kFallocateNames[] = {
    NAMED(FALLOC_FL_KEEP_SIZE), NAMED(FALLOC_FL_PUNCH_HOLE), NAMED(FALLOC_FL_NO_HIDE_STALE), NAMED(FALLOC_FL_COLLAPSE_RANGE),
    NAMED(FALLOC_FL_ZERO_RANGE), NAMED(FALLOC_FL_INSERT_RANGE), NAMED(FALLOC_FL_UNSHARE_RANGE),
};
constexpr Flag kFileAdviceNames[] = {
    {"POSIX_FADV_NORMAL", POSIX_FADV_NORMAL, ~0ull}, {"POSIX_FADV_RANDOM", POSIX_FADV_RANDOM, ~0ull},
    {"POSIX_FADV_SEQUENTIAL", POSIX_FADV_SEQUENTIAL, ~0ull}, {"POSIX_FADV_WILLNEED", POSIX_FADV_WILLNEED, ~0ull},
    {"POSIX_FADV_DONTNEED", POSIX_FADV_DONTNEED, ~0ull}, {"POSIX_FADV_NOREUSE", POSIX_FADV_NOREUSE, ~0ull},
};
constexpr Flag kReadWriteNames[] = {
    {"RWF_HIPRI", 1}, {"RWF_DSYNC", 2}, {"RWF_SYNC", 4}, {"RWF_NOWAIT", 8},
    {"RWF_APPEND", 16}, {"RWF_NOAPPEND", 32}, {"RWF_ATOMIC", 64}, {"RWF_DONTCACHE", 128},
};
constexpr Flag kSyncFileRangeNames[] = {
    NAMED(SYNC_FILE_RANGE_WAIT_BEFORE), NAMED(SYNC_FILE_RANGE_WRITE), NAMED(SYNC_FILE_RANGE_WAIT_AFTER),
};
// clang-format on
constexpr Flag kSpliceNames[] = {NAMED(SPLICE_F_MOVE), NAMED(SPLICE_F_NONBLOCK),
                                 NAMED(SPLICE_F_MORE), NAMED(SPLICE_F_GIFT)};
constexpr Flag kRenameNames[] = {
    {"RENAME_NOREPLACE", 1}, {"RENAME_EXCHANGE", 2}, {"RENAME_WHITEOUT", 4}};
// clang-format off
constexpr Flag kStatxNames[] = {
    NAMED(STATX_BASIC_STATS), NAMED(STATX_TYPE), NAMED(STATX_MODE), NAMED(STATX_NLINK), NAMED(STATX_UID), NAMED(STATX_GID),
    NAMED(STATX_ATIME), NAMED(STATX_MTIME), NAMED(STATX_CTIME), NAMED(STATX_INO), NAMED(STATX_SIZE), NAMED(STATX_BLOCKS),
    NAMED(STATX_BTIME), {"STATX_MNT_ID", 0x1000}, {"STATX_DIOALIGN", 0x2000}, {"STATX_MNT_ID_UNIQUE", 0x4000},
    {"STATX_SUBVOL", 0x8000}, {"STATX_WRITE_ATOMIC", 0x10000}, {"STATX_DIO_READ_ALIGN", 0x20000},
};
// clang-format on
constexpr Flag kXattrNames[] = {NAMED(XATTR_CREATE), NAMED(XATTR_REPLACE)};
// clang-format off
constexpr Flag kMemfdNames[] = {
    NAMED(MFD_CLOEXEC), NAMED(MFD_ALLOW_SEALING), NAMED(MFD_HUGETLB), {"MFD_NOEXEC_SEAL", 8}, {"MFD_EXEC", 16},
};
// clang-format on
constexpr Flag kCloseRangeNames[] = {NAMED(CLOSE_RANGE_UNSHARE), NAMED(CLOSE_RANGE_CLOEXEC)};
constexpr Flag kFcntlDescriptorNames[] = {NAMED(FD_CLOEXEC)};
// clang-format off
constexpr Flag kSealNames[] = {
    {"F_SEAL_SEAL", 1}, {"F_SEAL_SHRINK", 2}, {"F_SEAL_GROW", 4}, {"F_SEAL_WRITE", 8},
    {"F_SEAL_FUTURE_WRITE", 16}, {"F_SEAL_EXEC", 32},
};
constexpr Flag kNotifyNames[] = {
    {"DN_ACCESS", 1}, {"DN_MODIFY", 2}, {"DN_CREATE", 4}, {"DN_DELETE", 8}, {"DN_RENAME", 16}, {"DN_ATTRIB", 32},
    {"DN_MULTISHOT", 0x80000000},
};
// clang-format on
constexpr Flag kInotifyFlagNames[] = {NAMED(IN_CLOEXEC), NAMED(IN_NONBLOCK)};
// clang-format off
constexpr Flag kInotifyEventNames[] = {
    NAMED(IN_ALL_EVENTS), NAMED(IN_ACCESS), NAMED(IN_MODIFY), NAMED(IN_ATTRIB), NAMED(IN_CLOSE_WRITE),
    NAMED(IN_CLOSE_NOWRITE), NAMED(IN_OPEN), NAMED(IN_MOVED_FROM), NAMED(IN_MOVED_TO), NAMED(IN_CREATE), NAMED(IN_DELETE),
    NAMED(IN_DELETE_SELF), NAMED(IN_MOVE_SELF), NAMED(IN_UNMOUNT), NAMED(IN_Q_OVERFLOW), NAMED(IN_IGNORED),
    NAMED(IN_ONLYDIR), NAMED(IN_DONT_FOLLOW), NAMED(IN_EXCL_UNLINK), NAMED(IN_MASK_CREATE), NAMED(IN_MASK_ADD),
    NAMED(IN_ISDIR), NAMED(IN_ONESHOT),
};
constexpr Flag kFanotifyNames[] = {
    NAMED(FAN_CLOEXEC), NAMED(FAN_NONBLOCK), NAMED(FAN_CLASS_CONTENT), NAMED(FAN_CLASS_PRE_CONTENT),
    NAMED(FAN_UNLIMITED_QUEUE), NAMED(FAN_UNLIMITED_MARKS), NAMED(FAN_ENABLE_AUDIT), NAMED(FAN_REPORT_PIDFD),
    NAMED(FAN_REPORT_TID), NAMED(FAN_REPORT_FID), NAMED(FAN_REPORT_DIR_FID), NAMED(FAN_REPORT_NAME),
    NAMED(FAN_REPORT_TARGET_FID),
};
constexpr Flag kFanotifyMarkNames[] = {
    NAMED(FAN_MARK_ADD), NAMED(FAN_MARK_REMOVE), NAMED(FAN_MARK_DONT_FOLLOW), NAMED(FAN_MARK_ONLYDIR), NAMED(FAN_MARK_MOUNT),
    NAMED(FAN_MARK_IGNORED_MASK), NAMED(FAN_MARK_IGNORED_SURV_MODIFY), NAMED(FAN_MARK_FLUSH), NAMED(FAN_MARK_FILESYSTEM),
    NAMED(FAN_MARK_EVICTABLE), NAMED(FAN_MARK_IGNORE),
};
constexpr Flag kFanotifyEventNames[] = {
    NAMED(FAN_ACCESS), NAMED(FAN_MODIFY), NAMED(FAN_ATTRIB), NAMED(FAN_CLOSE_WRITE), NAMED(FAN_CLOSE_NOWRITE), NAMED(FAN_OPEN),
    NAMED(FAN_MOVED_FROM), NAMED(FAN_MOVED_TO), NAMED(FAN_CREATE), NAMED(FAN_DELETE), NAMED(FAN_DELETE_SELF),
    NAMED(FAN_MOVE_SELF), NAMED(FAN_OPEN_EXEC), NAMED(FAN_Q_OVERFLOW), NAMED(FAN_FS_ERROR), NAMED(FAN_OPEN_PERM),
    NAMED(FAN_ACCESS_PERM), NAMED(FAN_OPEN_EXEC_PERM), NAMED(FAN_EVENT_ON_CHILD), NAMED(FAN_RENAME), NAMED(FAN_ONDIR),
};
constexpr Flag kMountNames[] = {
    {"MS_MGC_VAL", 0xC0ED0000, 0xffff0000},
    {"MS_RDONLY", 1}, {"MS_NOSUID", 2}, {"MS_NODEV", 4}, {"MS_NOEXEC", 8}, {"MS_SYNCHRONOUS", 16},
    {"MS_REMOUNT", kMountRemount}, {"MS_MANDLOCK", kMountMandLock}, {"MS_DIRSYNC", kMountDirSync},
    {"MS_NOSYMFOLLOW", kMountNoSymFollow}, {"MS_NOATIME", 1024}, {"MS_NODIRATIME", 2048}, {"MS_BIND", 4096},
    {"MS_MOVE", 8192}, {"MS_REC", 16384}, {"MS_SILENT", 32768}, {"MS_POSIXACL", 1 << 16}, {"MS_UNBINDABLE", 1 << 17},
    {"MS_PRIVATE", 1 << 18}, {"MS_SLAVE", 1 << 19}, {"MS_SHARED", 1 << 20}, {"MS_RELATIME", 1 << 21},
    {"MS_STRICTATIME", 1 << 24}, {"MS_LAZYTIME", 1 << 25},
};
// clang-format on
constexpr Flag kUmountNames[] = {
    {"MNT_FORCE", 1}, {"MNT_DETACH", 2}, {"MNT_EXPIRE", 4}, {"UMOUNT_NOFOLLOW", 8}};
// clang-format off
constexpr Flag kOpenTreeNames[] = {
    {"OPEN_TREE_CLONE", 1}, {"OPEN_TREE_CLOEXEC", O_CLOEXEC}, {"AT_SYMLINK_NOFOLLOW", 0x100}, {"AT_NO_AUTOMOUNT", 0x800},
    {"AT_EMPTY_PATH", 0x1000}, {"AT_RECURSIVE", 0x8000},
};
constexpr Flag kMoveMountNames[] = {
    {"MOVE_MOUNT_F_SYMLINKS", 1}, {"MOVE_MOUNT_F_AUTOMOUNTS", 2}, {"MOVE_MOUNT_F_EMPTY_PATH", 4},
    {"MOVE_MOUNT_T_SYMLINKS", 16}, {"MOVE_MOUNT_T_AUTOMOUNTS", 32}, {"MOVE_MOUNT_T_EMPTY_PATH", 64},
    {"MOVE_MOUNT_SET_GROUP", 256}, {"MOVE_MOUNT_BENEATH", 512},
};
// clang-format on
constexpr Flag kFsopenNames[] = {{"FSOPEN_CLOEXEC", 1}};
constexpr Flag kFsmountNames[] = {{"FSMOUNT_CLOEXEC", 1}};
// clang-format off
constexpr Flag kMountAttributeNames[] = {
    {"MOUNT_ATTR_NOATIME", 0x10, 0x70}, {"MOUNT_ATTR_STRICTATIME", 0x20, 0x70}, {"MOUNT_ATTR_RDONLY", 1},
    {"MOUNT_ATTR_NOSUID", 2}, {"MOUNT_ATTR_NODEV", 4}, {"MOUNT_ATTR_NOEXEC", 8}, {"MOUNT_ATTR_NODIRATIME", 0x80},
    {"MOUNT_ATTR_IDMAP", 0x100000}, {"MOUNT_ATTR_NOSYMFOLLOW", 0x200000},
};
constexpr Flag kFspickNames[] = {
    {"FSPICK_CLOEXEC", 1}, {"FSPICK_SYMLINK_NOFOLLOW", 2}, {"FSPICK_NO_AUTOMOUNT", 4}, {"FSPICK_EMPTY_PATH", 8},
};
constexpr Flag kFsconfigNames[] = {
    {"FSCONFIG_SET_FLAG", 0, ~0ull}, {"FSCONFIG_SET_STRING", 1, ~0ull}, {"FSCONFIG_SET_BINARY", 2, ~0ull},
    {"FSCONFIG_SET_PATH", 3, ~0ull}, {"FSCONFIG_SET_PATH_EMPTY", 4, ~0ull}, {"FSCONFIG_SET_FD", 5, ~0ull},
    {"FSCONFIG_CMD_CREATE", 6, ~0ull}, {"FSCONFIG_CMD_RECONFIGURE", 7, ~0ull}, {"FSCONFIG_CMD_CREATE_EXCL", 8, ~0ull},
};
// clang-format on

}  // namespace

const FlagSet kOpenFlags{"open flags", kOpenNames};
const FlagSet kDescriptorFlags{"descriptor flags", kDescriptorNames};
const FlagSet kAtFlags{"path flags", kAtNames};
const FlagSet kAccessModes{"access modes", kAccessNames};
const FlagSet kWhence{"whence", kWhenceNames};
const FlagSet kFlockOperations{"flock operations", kFlockNames};
const FlagSet kFallocateModes{"fallocate modes", kFallocateNames};
const FlagSet kFileAdvice{"file advice", kFileAdviceNames};
const FlagSet kReadWriteFlags{"read and write flags", kReadWriteNames};
const FlagSet kSyncFileRangeFlags{"sync_file_range flags", kSyncFileRangeNames};
const FlagSet kSpliceFlags{"splice flags", kSpliceNames};
const FlagSet kRenameFlags{"rename flags", kRenameNames};
const FlagSet kStatxMask{"statx mask", kStatxNames};
const FlagSet kXattrFlags{"xattr flags", kXattrNames};
const FlagSet kMemfdFlags{"memfd flags", kMemfdNames};
const FlagSet kCloseRangeFlags{"close_range flags", kCloseRangeNames};
const FlagSet kFcntlDescriptorFlags{"close-on-exec flag", kFcntlDescriptorNames};
const FlagSet kSeals{"seals", kSealNames};
const FlagSet kNotifyEvents{"dnotify events", kNotifyNames};
const FlagSet kInotifyFlags{"inotify flags", kInotifyFlagNames};
const FlagSet kInotifyEvents{"inotify events", kInotifyEventNames};
const FlagSet kFanotifyFlags{"fanotify flags", kFanotifyNames};
const FlagSet kFanotifyMarkFlags{"fanotify mark flags", kFanotifyMarkNames};
const FlagSet kFanotifyEvents{"fanotify events", kFanotifyEventNames};
const FlagSet kNoFlags{"no flags yet", {}};
const FlagSet kMountFlags{"mount flags", kMountNames};
const FlagSet kUmountFlags{"umount flags", kUmountNames};
const FlagSet kOpenTreeFlags{"open_tree flags", kOpenTreeNames};
const FlagSet kMoveMountFlags{"move_mount flags", kMoveMountNames};
const FlagSet kFsopenFlags{"fsopen flags", kFsopenNames};
const FlagSet kFsmountFlags{"fsmount flags", kFsmountNames};
const FlagSet kMountAttributes{"mount attributes", kMountAttributeNames};
const FlagSet kFspickFlags{"fspick flags", kFspickNames};
const FlagSet kFsconfigCommands{"fsconfig commands", kFsconfigNames};

}  // namespace mecrr::calls

#undef NAMED
