// Structures of files and file systems, and of waiting for them.
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <cstddef>

#include "device/calls/flag_sets.h"
#include "device/protocol/structure_tables.h"

namespace mecrr::protocol {
namespace {

using enum FieldKind;
using calls::Flag;

// The type of a file is one value of a field; its permissions are bits that everybody knows in
// octal, which is how the whole is written.
constexpr Field kStatFields[] = {
    {"st_dev", offsetof(struct stat, st_dev), 8, kHex},
    {"st_ino", offsetof(struct stat, st_ino), 8, kUnsigned},
    {"st_nlink", offsetof(struct stat, st_nlink), 8, kUnsigned},
    {"st_mode", offsetof(struct stat, st_mode), 4, kOctal},
    {"st_uid", offsetof(struct stat, st_uid), 4, kUnsigned},
    {"st_gid", offsetof(struct stat, st_gid), 4, kUnsigned},
    {"st_rdev", offsetof(struct stat, st_rdev), 8, kHex},
    {"st_size", offsetof(struct stat, st_size), 8, kUnsigned},
    {"st_blksize", offsetof(struct stat, st_blksize), 8, kUnsigned},
    {"st_blocks", offsetof(struct stat, st_blocks), 8, kUnsigned},
    {"st_atim", offsetof(struct stat, st_atim), 16, kStructure, nullptr, &kTimespec},
    {"st_mtim", offsetof(struct stat, st_mtim), 16, kStructure, nullptr, &kTimespec},
    {"st_ctim", offsetof(struct stat, st_ctim), 16, kStructure, nullptr, &kTimespec},
};
constexpr Field kStatxTimeFields[] = {{"tv_sec", 0, 8, kSigned}, {"tv_nsec", 8, 4, kUnsigned}};
constexpr Structure kStatxTime{"statx_timestamp", 16, kStatxTimeFields};
constexpr Field kStatxFields[] = {
    {"stx_mask", offsetof(struct statx, stx_mask), 4, kFlags, &calls::kStatxMask},
    {"stx_blksize", offsetof(struct statx, stx_blksize), 4, kUnsigned},
    {"stx_attributes", offsetof(struct statx, stx_attributes), 8, kHex},
    {"stx_nlink", offsetof(struct statx, stx_nlink), 4, kUnsigned},
    {"stx_uid", offsetof(struct statx, stx_uid), 4, kUnsigned},
    {"stx_gid", offsetof(struct statx, stx_gid), 4, kUnsigned},
    {"stx_mode", offsetof(struct statx, stx_mode), 2, kOctal},
    {"stx_ino", offsetof(struct statx, stx_ino), 8, kUnsigned},
    {"stx_size", offsetof(struct statx, stx_size), 8, kUnsigned},
    {"stx_blocks", offsetof(struct statx, stx_blocks), 8, kUnsigned},
    {"stx_attributes_mask", offsetof(struct statx, stx_attributes_mask), 8, kHex},
    {"stx_atime", offsetof(struct statx, stx_atime), 16, kStructure, nullptr, &kStatxTime},
    {"stx_btime", offsetof(struct statx, stx_btime), 16, kStructure, nullptr, &kStatxTime},
    {"stx_ctime", offsetof(struct statx, stx_ctime), 16, kStructure, nullptr, &kStatxTime},
    {"stx_mtime", offsetof(struct statx, stx_mtime), 16, kStructure, nullptr, &kStatxTime},
    {"stx_rdev_major", offsetof(struct statx, stx_rdev_major), 4, kUnsigned},
    {"stx_rdev_minor", offsetof(struct statx, stx_rdev_minor), 4, kUnsigned},
    {"stx_dev_major", offsetof(struct statx, stx_dev_major), 4, kUnsigned},
    {"stx_dev_minor", offsetof(struct statx, stx_dev_minor), 4, kUnsigned},
};
constexpr Field kStatfsFields[] = {
    {"f_type", 0, 8, kHex},         {"f_bsize", 8, 8, kUnsigned},   {"f_blocks", 16, 8, kUnsigned},
    {"f_bfree", 24, 8, kUnsigned},  {"f_bavail", 32, 8, kUnsigned}, {"f_files", 40, 8, kUnsigned},
    {"f_ffree", 48, 8, kUnsigned},  {"f_fsid", 56, 8, kHex},        {"f_namelen", 64, 8, kUnsigned},
    {"f_frsize", 72, 8, kUnsigned}, {"f_flags", 80, 8, kHex},
};
constexpr Field kOpenHowFields[] = {
    {"flags", 0, 8, kFlags, &calls::kOpenFlags}, {"mode", 8, 8, kOctal}, {"resolve", 16, 8, kHex}};

constexpr Flag kLockKinds[] = {
    {"F_RDLCK", 0, 0xffff}, {"F_WRLCK", 1, 0xffff}, {"F_UNLCK", 2, 0xffff}};
constexpr calls::FlagSet kLockNames{"kinds of lock", kLockKinds};
constexpr Field kFlockFields[] = {
    {"l_type", offsetof(struct flock, l_type), 2, kFlags, &kLockNames},
    {"l_whence", offsetof(struct flock, l_whence), 2, kFlags, &calls::kWhence},
    {"l_start", offsetof(struct flock, l_start), 8, kSigned},
    {"l_len", offsetof(struct flock, l_len), 8, kSigned},
    {"l_pid", offsetof(struct flock, l_pid), 4, kSigned},
};
constexpr Field kOwnerFields[] = {{"type", 0, 4, kUnsigned}, {"pid", 4, 4, kSigned}};

constexpr Flag kPollBits[] = {
    {"POLLIN", POLLIN},         {"POLLPRI", POLLPRI},       {"POLLOUT", POLLOUT},
    {"POLLERR", POLLERR},       {"POLLHUP", POLLHUP},       {"POLLNVAL", POLLNVAL},
    {"POLLRDNORM", POLLRDNORM}, {"POLLRDBAND", POLLRDBAND}, {"POLLWRNORM", POLLWRNORM},
    {"POLLWRBAND", POLLWRBAND}, {"POLLMSG", 0x400},         {"POLLRDHUP", 0x2000},
};
constexpr calls::FlagSet kPollNames{"poll events", kPollBits};
constexpr Field kPollfdFields[] = {
    FIELD(pollfd, fd, kSigned),
    FIELD(pollfd, events, kFlags, &kPollNames),
    FIELD(pollfd, revents, kFlags, &kPollNames),
};
constexpr Flag kEpollBits[] = {
    {"EPOLLIN", EPOLLIN},
    {"EPOLLPRI", EPOLLPRI},
    {"EPOLLOUT", EPOLLOUT},
    {"EPOLLERR", EPOLLERR},
    {"EPOLLHUP", EPOLLHUP},
    {"EPOLLRDNORM", EPOLLRDNORM},
    {"EPOLLRDBAND", EPOLLRDBAND},
    {"EPOLLWRNORM", EPOLLWRNORM},
    {"EPOLLWRBAND", EPOLLWRBAND},
    {"EPOLLMSG", EPOLLMSG},
    {"EPOLLRDHUP", EPOLLRDHUP},
    {"EPOLLEXCLUSIVE", EPOLLEXCLUSIVE},
    {"EPOLLWAKEUP", EPOLLWAKEUP},
    {"EPOLLONESHOT", EPOLLONESHOT},
    {"EPOLLET", EPOLLET & 0xffff'ffff},
};
constexpr calls::FlagSet kEpollNames{"epoll events", kEpollBits};
constexpr Field kEpollEventFields[] = {{"events", 0, 4, kFlags, &kEpollNames},
                                       {"data", 4, 8, kHex}};

constexpr Field kWinsizeFields[] = {
    FIELD(winsize, ws_row, kUnsigned),
    FIELD(winsize, ws_col, kUnsigned),
    FIELD(winsize, ws_xpixel, kUnsigned),
    FIELD(winsize, ws_ypixel, kUnsigned),
};
// As the kernel has it: 19 control characters, no speeds.
constexpr Field kTermiosFields[] = {
    {"c_iflag", 0, 4, kHex},  {"c_oflag", 4, 4, kHex},      {"c_cflag", 8, 4, kHex},
    {"c_lflag", 12, 4, kHex}, {"c_line", 16, 1, kUnsigned}, {"c_cc", 17, 19, kBytes},
};

}  // namespace

std::span<const Structure> file_structures() {
  static const Structure kFiles[] = {
      {"stat", sizeof(struct stat), kStatFields},
      {"statx", sizeof(struct statx), kStatxFields},
      {"statfs", sizeof(struct statfs), kStatfsFields},
      {"open_how", sizeof(open_how), kOpenHowFields},
      {"flock", sizeof(struct flock), kFlockFields},
      {"f_owner_ex", 8, kOwnerFields},
      {"pollfd", sizeof(pollfd), kPollfdFields},
      {"epoll_event", sizeof(epoll_event), kEpollEventFields},
      {"winsize", sizeof(winsize), kWinsizeFields},
      {"termios", 36, kTermiosFields},
  };
  return kFiles;
}

}  // namespace mecrr::protocol
