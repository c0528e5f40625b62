// Which calls the agent takes, and what is special about them: the one list. What memory they read
// and write stands in the call table; generate_table.cpp brings the two together, and refuses a row
// that the agent cannot read, or that says that it must not (Form::agent_may()). Freestanding.
//
// A call is taken if it never waits, or if one can know before it whether it would. Not taken are:
// calls that make, end or replace tasks or share memory, that send signals, that sleep
// or wait for children, whatever the recorder follows from outside (limits, robust lists, prctl),
// and calls nobody makes often.
#pragma once

#include <asm/ioctls.h>
#include <asm/socket.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <sys/syscall.h>

#include <cstdint>

namespace mecrr::agent {

/// What must be known of the descriptor in argument 0 before the call.
enum class Needs : std::uint8_t {
  kNothing,   ///< no descriptor, or nothing that could wait
  kReadable,  ///< that it is, or that nobody waits there (O_NONBLOCK, MSG_DONTWAIT)
  kWritable,
};

/// What a call does beside its memory.
enum class Special : std::uint8_t {
  kNone,
  kOpens,       ///< its result is a descriptor of some file
  kMakes,       ///< its result is a descriptor of something that may wait
  kMakesPair,   ///< likewise two, in the memory that it writes
  kAccepts,     ///< likewise one, of a descriptor that is asked first
  kCloses,      ///< argument 0
  kClosesMany,  ///< never taken, but the descriptors are unknown afterwards
  kDuplicates,  ///< argument 0
  kReplaces,    ///< argument 1 by argument 0
  kFcntl,       ///< by command: F_DUPFD, locks
  kConnects,    ///< a socket, which waits unless it is told not to (O_NONBLOCK)
  kTransfers,   ///< has flags: MSG_DONTWAIT, MSG_WAITALL
  kPoll,        ///< waits as long as an argument says, and is tried without
  kPpoll,
  kSelect,
  kPselect,
  kEpollWait,
  kEpollWait2,
  kFutex,   ///< waits by command
  kFlock,   ///< waits unless it says LOCK_NB
  kMask,    ///< may unblock signals that wait
  kLimit,   ///< may set one
  kShapes,  ///< the address space: the recorder takes it out of the log (recorder/record_calls.cpp)
};

/// Whether a call changes the contents of the file in argument 0.
enum class Contents : std::uint8_t {
  kKept,
  kChanged,
  kWritten,  ///< with data from memory: the file may be the recording's own output
};

struct TakenCall {
  std::uint32_t number;
  Needs needs = Needs::kNothing;
  Special special = Special::kNone;
  Contents contents = Contents::kKept;
};

inline constexpr TakenCall kTakenCalls[] = {
    // Open files
    {SYS_read, Needs::kReadable},
    {SYS_pread64, Needs::kReadable},
    {SYS_readv, Needs::kReadable},
    {SYS_preadv, Needs::kReadable},
    {SYS_preadv2, Needs::kReadable},
    {SYS_write, Needs::kWritable, Special::kNone, Contents::kWritten},
    {SYS_pwrite64, Needs::kWritable, Special::kNone, Contents::kWritten},
    {SYS_writev, Needs::kWritable, Special::kNone, Contents::kWritten},
    {SYS_pwritev, Needs::kWritable, Special::kNone, Contents::kWritten},
    {SYS_pwritev2, Needs::kWritable, Special::kNone, Contents::kWritten},
    {SYS_lseek},
    {SYS_fstat},
    {SYS_fstatfs},
    {SYS_getdents, Needs::kReadable},
    {SYS_getdents64, Needs::kReadable},
    {SYS_ftruncate, Needs::kNothing, Special::kNone, Contents::kChanged},
    {SYS_fallocate, Needs::kNothing, Special::kNone, Contents::kChanged},
    {SYS_fadvise64},
    {SYS_fchdir},
    {SYS_fchmod},
    {SYS_fchown},
    {SYS_fgetxattr},
    {SYS_flistxattr},
    {SYS_flock, Needs::kNothing, Special::kFlock},
    {SYS_fcntl, Needs::kNothing, Special::kFcntl},
    {SYS_ioctl},
    {SYS_close, Needs::kNothing, Special::kCloses},
    {SYS_close_range, Needs::kNothing, Special::kClosesMany},
    {SYS_dup, Needs::kNothing, Special::kDuplicates},
    {SYS_dup2, Needs::kNothing, Special::kReplaces},
    {SYS_dup3, Needs::kNothing, Special::kReplaces},
    {SYS_pipe, Needs::kNothing, Special::kMakesPair},
    {SYS_pipe2, Needs::kNothing, Special::kMakesPair},
    {SYS_memfd_create, Needs::kNothing, Special::kOpens},

    // Files by name
    {SYS_open, Needs::kNothing, Special::kOpens},
    {SYS_openat, Needs::kNothing, Special::kOpens},
    {SYS_openat2, Needs::kNothing, Special::kOpens},
    {SYS_creat, Needs::kNothing, Special::kOpens},
    {SYS_stat},
    {SYS_lstat},
    {SYS_newfstatat},
    {SYS_statx},
    {SYS_statfs},
    {SYS_access},
    {SYS_faccessat},
    {SYS_faccessat2},
    {SYS_readlink},
    {SYS_readlinkat},
    {SYS_getcwd},
    {SYS_chdir},
    {SYS_rename},
    {SYS_renameat},
    {SYS_renameat2},
    {SYS_mkdir},
    {SYS_mkdirat},
    {SYS_rmdir},
    {SYS_unlink},
    {SYS_unlinkat},
    {SYS_link},
    {SYS_linkat},
    {SYS_symlink},
    {SYS_symlinkat},
    {SYS_chmod},
    {SYS_fchmodat},
    {SYS_chown},
    {SYS_lchown},
    {SYS_fchownat},
    {SYS_utimensat},
    {SYS_utime},
    {SYS_utimes},
    {SYS_futimesat},
    {SYS_umask},
    {SYS_getxattr},
    {SYS_lgetxattr},
    {SYS_listxattr},
    {SYS_llistxattr},

    // Waiting for descriptors
    {SYS_poll, Needs::kNothing, Special::kPoll},
    {SYS_ppoll, Needs::kNothing, Special::kPpoll},
    {SYS_select, Needs::kNothing, Special::kSelect},
    {SYS_pselect6, Needs::kNothing, Special::kPselect},
    {SYS_epoll_wait, Needs::kNothing, Special::kEpollWait},
    {SYS_epoll_pwait, Needs::kNothing, Special::kEpollWait},
    {SYS_epoll_pwait2, Needs::kNothing, Special::kEpollWait2},
    {SYS_epoll_ctl},
    {SYS_epoll_create, Needs::kNothing, Special::kMakes},
    {SYS_epoll_create1, Needs::kNothing, Special::kMakes},
    {SYS_eventfd, Needs::kNothing, Special::kMakes},
    {SYS_eventfd2, Needs::kNothing, Special::kMakes},
    {SYS_timerfd_create, Needs::kNothing, Special::kMakes},
    {SYS_timerfd_settime},
    {SYS_timerfd_gettime},
    {SYS_inotify_init, Needs::kNothing, Special::kMakes},
    {SYS_inotify_init1, Needs::kNothing, Special::kMakes},
    {SYS_inotify_add_watch},
    {SYS_inotify_rm_watch},

    // Sockets
    {SYS_socket, Needs::kNothing, Special::kMakes},
    {SYS_socketpair, Needs::kNothing, Special::kMakesPair},
    {SYS_connect, Needs::kNothing, Special::kConnects},
    {SYS_accept, Needs::kReadable, Special::kAccepts},
    {SYS_accept4, Needs::kReadable, Special::kAccepts},
    {SYS_sendto, Needs::kWritable, Special::kTransfers, Contents::kWritten},
    {SYS_sendmsg, Needs::kWritable, Special::kTransfers, Contents::kWritten},
    {SYS_recvfrom, Needs::kReadable, Special::kTransfers},
    {SYS_recvmsg, Needs::kReadable, Special::kTransfers},
    {SYS_shutdown},
    {SYS_bind},
    {SYS_listen},
    {SYS_getsockname},
    {SYS_getpeername},
    {SYS_setsockopt},
    {SYS_getsockopt},

    // Tasks, users, scheduling
    {SYS_set_tid_address},  // these two the recorder remembers when it sees them in the log
    {SYS_set_robust_list},
    {SYS_getpid},
    {SYS_getppid},
    {SYS_gettid},
    {SYS_getpgrp},
    {SYS_getpgid},
    {SYS_getsid},
    {SYS_getuid},
    {SYS_geteuid},
    {SYS_getgid},
    {SYS_getegid},
    {SYS_getgroups},
    {SYS_getresuid},
    {SYS_getresgid},
    {SYS_getpriority},
    {SYS_getrlimit},
    {SYS_prlimit64, Needs::kNothing, Special::kLimit},
    {SYS_getrusage},
    {SYS_sched_getscheduler},
    {SYS_sched_getparam},
    {SYS_sched_get_priority_max},
    {SYS_sched_get_priority_min},
    {SYS_getcpu},
    {SYS_futex, Needs::kNothing, Special::kFutex},

    // Memory that is private (shaping.h)
    {SYS_mmap, Needs::kNothing, Special::kShapes},
    {SYS_munmap, Needs::kNothing, Special::kShapes},
    {SYS_brk, Needs::kNothing, Special::kShapes},
    {SYS_mprotect, Needs::kNothing, Special::kShapes},
    {SYS_mremap, Needs::kNothing, Special::kShapes},
    {SYS_madvise, Needs::kNothing, Special::kShapes},

    // Signals
    {SYS_rt_sigaction},
    {SYS_rt_sigprocmask, Needs::kNothing, Special::kMask},
    {SYS_rt_sigpending},

    // Time, the system
    {SYS_clock_gettime},
    {SYS_clock_getres},
    {SYS_gettimeofday},
    {SYS_time},
    {SYS_times},
    {SYS_getitimer},
    {SYS_uname},
    {SYS_sysinfo},
    {SYS_getrandom},
};

/// Of the calls that are many: the commands that the agent takes.
struct TakenCommand {
  std::uint32_t number;
  std::uint32_t command;
  std::uint32_t level = 0;
};

inline constexpr std::uint32_t kTcp = 6, kIpv6 = 41;  // IPPROTO_TCP, IPPROTO_IPV6

inline constexpr TakenCommand kTakenCommands[] = {
    {SYS_fcntl, F_DUPFD},
    {SYS_fcntl, F_DUPFD_CLOEXEC},
    {SYS_fcntl, F_GETFD},
    {SYS_fcntl, F_SETFD},
    {SYS_fcntl, F_GETFL},
    {SYS_fcntl, F_SETFL},
    {SYS_fcntl, F_GETLK},
    {SYS_fcntl, F_SETLK},
    {SYS_fcntl, F_GETOWN},
    {SYS_fcntl, F_SETOWN},
    {SYS_fcntl, F_GETPIPE_SZ},
    {SYS_fcntl, F_SETPIPE_SZ},
    {SYS_fcntl, F_ADD_SEALS},
    {SYS_fcntl, F_GET_SEALS},

    {SYS_ioctl, TCGETS},
    {SYS_ioctl, TIOCGPGRP},
    {SYS_ioctl, TIOCGWINSZ},
    {SYS_ioctl, FIONREAD},
    {SYS_ioctl, FIONBIO},
    {SYS_ioctl, FIONCLEX},
    {SYS_ioctl, FIOCLEX},
    {SYS_ioctl, FS_IOC_GETFLAGS},

    {SYS_futex, FUTEX_WAKE},
    {SYS_futex, FUTEX_WAKE_BITSET},
    {SYS_futex, FUTEX_REQUEUE},
    {SYS_futex, FUTEX_CMP_REQUEUE},
    {SYS_futex, FUTEX_WAIT},
    {SYS_futex, FUTEX_WAIT_BITSET},

    {SYS_getsockopt, SO_ERROR, SOL_SOCKET},
    {SYS_getsockopt, SO_TYPE, SOL_SOCKET},
    {SYS_getsockopt, SO_SNDBUF, SOL_SOCKET},
    {SYS_getsockopt, SO_RCVBUF, SOL_SOCKET},
    {SYS_getsockopt, SO_PROTOCOL, SOL_SOCKET},
    {SYS_getsockopt, SO_DOMAIN, SOL_SOCKET},
    {SYS_getsockopt, SO_ACCEPTCONN, SOL_SOCKET},
    {SYS_setsockopt, SO_REUSEADDR, SOL_SOCKET},
    {SYS_setsockopt, SO_REUSEPORT, SOL_SOCKET},
    {SYS_setsockopt, SO_KEEPALIVE, SOL_SOCKET},
    {SYS_setsockopt, SO_SNDBUF, SOL_SOCKET},
    {SYS_setsockopt, SO_RCVBUF, SOL_SOCKET},
    {SYS_setsockopt, SO_BROADCAST, SOL_SOCKET},
    {SYS_setsockopt, 1, kTcp},    // TCP_NODELAY
    {SYS_setsockopt, 4, kTcp},    // TCP_KEEPIDLE
    {SYS_setsockopt, 5, kTcp},    // TCP_KEEPINTVL
    {SYS_setsockopt, 6, kTcp},    // TCP_KEEPCNT
    {SYS_setsockopt, 26, kIpv6},  // IPV6_V6ONLY
};

}  // namespace mecrr::agent
