// Calls that may wait: made if they need not, and else stops that leave no trace.
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>

#include "tests/device/agent/agent_record.h"

namespace mecrr::agent {
namespace {

using AgentWaiting = AgentRecord;

TEST_F(AgentWaiting, ReadsAPipeThatHasDataAndStopsAtAnEmptyOne) {
  const Ends ends = pipe();
  const std::uint64_t buffer = arena_.room(64);
  stops(Abandoned::kWaits, SYS_read, {raw(ends.read.get()), buffer, 64});
  EXPECT_EQ(made(SYS_write, {raw(ends.write.get()), arena_.text("data"), 4}), 4);
  EXPECT_EQ(made(SYS_read, {raw(ends.read.get()), buffer, 64}), 4);
  stops(Abandoned::kWaits, SYS_read, {raw(ends.read.get()), buffer, 64});
}

TEST_F(AgentWaiting, ReadsAnEmptyPipeThatDoesNotBlock) {
  const Ends ends = pipe(O_NONBLOCK);
  EXPECT_EQ(made(SYS_read, {raw(ends.read.get()), arena_.room(64), 64}), -EAGAIN);
}

TEST_F(AgentWaiting, ReadsTheEndOfAPipe) {
  Ends ends = pipe();
  ends.write.reset();
  EXPECT_EQ(made(SYS_read, {raw(ends.read.get()), arena_.room(64), 64}), 0);
}

TEST_F(AgentWaiting, WritesWhatAPipeTakesInAnyCase) {
  const Ends ends = pipe();
  const std::uint64_t data = arena_.room(70'000);
  EXPECT_EQ(made(SYS_write, {raw(ends.write.get()), data, 4096}), 4096);
  stops(Abandoned::kWaits, SYS_write, {raw(ends.write.get()), data, 4097});
  const Ends empty = pipe();
  stops(Abandoned::kWaits, SYS_write, {raw(empty.write.get()), data, 65'537});
  EXPECT_EQ(made(SYS_write, {raw(empty.write.get()), data, 65'536}), 65'536);
  stops(Abandoned::kWaits, SYS_write, {raw(empty.write.get()), data, 1});
  const Ends free = pipe(O_NONBLOCK);
  EXPECT_EQ(made(SYS_write, {raw(free.write.get()), data, 70'000}), 65'536);
  EXPECT_EQ(made(SYS_write, {raw(free.write.get()), data, 1}), -EAGAIN);
}

TEST_F(AgentWaiting, LeavesAWriteThatRaisesSigpipeToAStop) {
  Ends ends = pipe();
  ends.read.reset();
  stops(Abandoned::kCall, SYS_write, {raw(ends.write.get()), arena_.text("data"), 4});
}

TEST_F(AgentWaiting, StopsAtADescriptorThatIsNotKnown) {
  const Ends ends = pipe();
  site_.state().descriptors[ends.read.get()] = Descriptor::kUnknown;
  const std::uint64_t buffer = arena_.room(64);
  stops(Abandoned::kDescriptor, SYS_read, {raw(ends.read.get()), buffer, 64});
  stops(Abandoned::kDescriptor, SYS_read, {raw(-1), buffer, 64});
  stops(Abandoned::kDescriptor, SYS_read, {raw(5000), buffer, 64});
  site_.state().descriptors_known = 0;
  stops(Abandoned::kDescriptor, SYS_write, {raw(ends.write.get()), buffer, 1});
}

TEST_F(AgentWaiting, StopsAtWritesToFilesThatAreMapped) {
  const UniqueFd file = open(path("file"), O_RDWR | O_CREAT, Descriptor::kStops);
  const std::uint64_t data = arena_.text("data");
  stops(Abandoned::kMappedFile, SYS_write, {raw(file.get()), data, 4});
  stops(Abandoned::kMappedFile, SYS_ftruncate, {raw(file.get()), 4});
}

TEST_F(AgentWaiting, StopsAtOutputsWhoseOrderCounts) {
  const UniqueFd file = open(path("file"), O_RDWR | O_CREAT, Descriptor::kStdout);
  const std::uint64_t data = arena_.text("data");
  site_.state().outputs_are_stops = 1;
  stops(Abandoned::kOutput, SYS_write, {raw(file.get()), data, 4});
  site_.state().outputs_are_stops = 0;
  EXPECT_EQ(made(SYS_write, {raw(file.get()), data, 4}), 4);
}

TEST_F(AgentWaiting, PollsWhatIsReady) {
  const Ends ends = pipe();
  const pollfd polled[] = {{ends.read.get(), POLLIN, 0x77}, {ends.write.get(), POLLOUT, 0x77}};
  const std::uint64_t both = arena_.bytes(bytes_at(polled, sizeof polled));
  EXPECT_EQ(made(SYS_poll, {both, 2, raw(-1)}), 1);
  const std::uint64_t first = arena_.bytes(bytes_at(polled, sizeof polled[0]));
  stops(Abandoned::kWaits, SYS_poll, {first, 1, 1000});
  EXPECT_EQ(made(SYS_poll, {first, 1, 0}), 0);
  const std::uint64_t second = arena_.object(timespec{.tv_sec = 1, .tv_nsec = 0});
  stops(Abandoned::kWaits, SYS_ppoll, {first, 1, second, 0, 0});
  stops(Abandoned::kWaits, SYS_ppoll, {first, 1, 0, 0, 0});
  EXPECT_EQ(made(SYS_ppoll, {both, 2, second, 0, 0}), 1);
  EXPECT_EQ(made(SYS_ppoll, {first, 1, arena_.object(timespec{}), 0, 0}), 0);
  stops(Abandoned::kWaits, SYS_poll, {0, 0, 10});
}

TEST_F(AgentWaiting, SelectsWhatIsReady) {
  const Ends ends = pipe();
  fd_set read, write;
  FD_ZERO(&read);
  FD_ZERO(&write);
  FD_SET(ends.read.get(), &read);
  FD_SET(ends.write.get(), &write);
  const std::uint64_t reads = arena_.object(read), writes = arena_.object(write);
  const std::uint64_t count = raw(ends.write.get()) + 1;
  const std::uint64_t second = arena_.object(timeval{.tv_sec = 1, .tv_usec = 0});
  stops(Abandoned::kWaits, SYS_select, {count, reads, 0, 0, second});
  stops(Abandoned::kWaits, SYS_select, {count, reads, 0, 0, 0});
  EXPECT_EQ(made(SYS_select, {count, reads, writes, 0, second}), 1);
  EXPECT_EQ(made(SYS_pselect6, {count, reads, writes, 0, arena_.object(timespec{}), 0}), 1);
  EXPECT_EQ(made(SYS_select, {0, 0, 0, 0, arena_.object(timeval{})}), 0);
}

TEST_F(AgentWaiting, AsksEpollForWhatIsReady) {
  const Ends ends = pipe();
  const std::int64_t epoll = made(SYS_epoll_create1, {0});
  const UniqueFd owner(static_cast<int>(epoll));
  const std::uint64_t fd = static_cast<std::uint64_t>(epoll), events = arena_.room(12 * 8);
  const epoll_event event{.events = EPOLLIN, .data = {.u64 = 7}};
  EXPECT_EQ(made(SYS_epoll_ctl, {fd, EPOLL_CTL_ADD, raw(ends.read.get()), arena_.object(event)}),
            0);
  stops(Abandoned::kWaits, SYS_epoll_wait, {fd, events, 8, 100});
  EXPECT_EQ(made(SYS_epoll_wait, {fd, events, 8, 0}), 0);
  EXPECT_EQ(::write(ends.write.get(), "x", 1), 1);
  EXPECT_EQ(made(SYS_epoll_wait, {fd, events, 8, raw(-1)}), 1);
  EXPECT_EQ(made(SYS_epoll_pwait, {fd, events, 8, 100, 0, 8}), 1);
}

TEST_F(AgentWaiting, WaitsForNoFutexThatHasItsValue) {
  const std::uint64_t word = arena_.object(std::uint32_t{5});
  EXPECT_EQ(made(SYS_futex, {word, FUTEX_WAKE_PRIVATE, 1}), 0);
  stops(Abandoned::kWaits, SYS_futex, {word, FUTEX_WAIT_PRIVATE, 5, 0});
  EXPECT_EQ(made(SYS_futex, {word, FUTEX_WAIT_PRIVATE, 6, 0}), -EAGAIN);
  const std::uint64_t second = arena_.object(timespec{.tv_sec = 1, .tv_nsec = 0});
  EXPECT_EQ(made(SYS_futex, {word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 6, second, 0, 1}),
            -EAGAIN);
  stops(Abandoned::kCall, SYS_futex, {word, FUTEX_LOCK_PI, 0, 0});
}

TEST_F(AgentWaiting, ConnectsOnlySocketsThatDoNotBlock) {
  sockaddr_un none{.sun_family = AF_UNIX, .sun_path = "/no/such/socket"};
  const std::uint64_t address = arena_.object(none);
  const UniqueFd waits = known(::socket(AF_UNIX, SOCK_STREAM, 0), Descriptor::kMayWait);
  stops(Abandoned::kWaits, SYS_connect, {raw(waits.get()), address, sizeof none});
  const UniqueFd free =
      known(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), Descriptor::kMayWait);
  EXPECT_EQ(made(SYS_connect, {raw(free.get()), address, sizeof none}), -ENOENT);
}

TEST_F(AgentWaiting, AcceptsOnlyWhoIsThere) {
  const UniqueFd listener = known(::socket(AF_UNIX, SOCK_STREAM, 0), Descriptor::kMayWait);
  sockaddr_un name{.sun_family = AF_UNIX, .sun_path = {}};
  path("file").copy(name.sun_path, sizeof name.sun_path - 1);
  const std::uint64_t address = arena_.object(name);
  EXPECT_EQ(made(SYS_bind, {raw(listener.get()), address, sizeof name}), 0);
  EXPECT_EQ(made(SYS_listen, {raw(listener.get()), 5}), 0);
  const std::uint64_t peer = arena_.room(128), length = arena_.object(socklen_t{110});
  stops(Abandoned::kWaits, SYS_accept4, {raw(listener.get()), peer, length, SOCK_CLOEXEC});
  const UniqueFd client =
      known(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), Descriptor::kMayWait);
  EXPECT_EQ(made(SYS_connect, {raw(client.get()), address, sizeof name}), 0);
  const std::int64_t accepted =
      made(SYS_accept4, {raw(listener.get()), peer, length, SOCK_CLOEXEC});
  EXPECT_EQ(site_.state().descriptors[accepted], Descriptor::kMayWait);
  const UniqueFd owner(static_cast<int>(accepted));
  EXPECT_EQ(made(SYS_getpeername, {raw(client.get()), peer, arena_.object(socklen_t{110})}), 0);
}

TEST_F(AgentWaiting, LocksFilesOnlyWithoutWaiting) {
  const UniqueFd file = open(path("file"), O_RDWR | O_CREAT, Descriptor::kWrittenFile);
  EXPECT_EQ(made(SYS_flock, {raw(file.get()), LOCK_EX | LOCK_NB}), 0);
  EXPECT_EQ(made(SYS_flock, {raw(file.get()), LOCK_UN}), 0);
  stops(Abandoned::kWaits, SYS_flock, {raw(file.get()), LOCK_EX});
  struct flock lock{};
  lock.l_type = F_WRLCK;
  EXPECT_EQ(made(SYS_fcntl, {raw(file.get()), F_SETLK, arena_.object(lock)}), 0);
  EXPECT_EQ(made(SYS_fcntl, {raw(file.get()), F_GETLK, arena_.object(lock)}), 0);
  stops(Abandoned::kCall, SYS_fcntl, {raw(file.get()), F_SETLKW, arena_.object(lock)});
}

TEST_F(AgentWaiting, MakesOfIoctlsOnlyThoseItKnows) {
  const Ends ends = pipe();
  EXPECT_EQ(::write(ends.write.get(), "abc", 3), 3);
  EXPECT_EQ(made(SYS_ioctl, {raw(ends.read.get()), FIONREAD, arena_.room(4)}), 0);
  EXPECT_EQ(made(SYS_ioctl, {raw(ends.read.get()), TCGETS, arena_.room(64)}), -ENOTTY);
  EXPECT_EQ(made(SYS_ioctl, {raw(ends.read.get()), FIONBIO, arena_.object(1)}), 0);
  stops(Abandoned::kCall, SYS_ioctl, {raw(ends.read.get()), TCSBRK, 0});
  stops(Abandoned::kCall, SYS_ioctl, {raw(ends.read.get()), 0x12345678, 0});
}

TEST_F(AgentWaiting, LetsNoPendingSignalWaitBehindTheMask) {
  const std::uint64_t set = arena_.object(std::uint64_t{1} << (SIGUSR1 - 1));
  const std::uint64_t old = arena_.room(8);
  EXPECT_EQ(made(SYS_rt_sigprocmask, {SIG_BLOCK, set, old, 8}), 0);
  EXPECT_EQ(made(SYS_rt_sigprocmask, {SIG_UNBLOCK, set, old, 8}), 0);
  EXPECT_EQ(made(SYS_rt_sigprocmask, {SIG_BLOCK, set, 0, 8}), 0);
  ::signal(SIGUSR1, SIG_IGN);
  ::signal(SIGUSR1, [](int) {});
  ::raise(SIGUSR1);
  stops(Abandoned::kCall, SYS_rt_sigprocmask, {SIG_UNBLOCK, set, old, 8});
  stops(Abandoned::kCall, SYS_rt_sigprocmask,
        {SIG_SETMASK, arena_.object(std::uint64_t{0}), old, 8});
  EXPECT_EQ(made(SYS_rt_sigprocmask, {SIG_SETMASK, set, old, 8}), 0);
}

TEST_F(AgentWaiting, LeavesLimitsToAStopWhenTheyAreSet) {
  stops(Abandoned::kCall, SYS_prlimit64, {0, 3, arena_.room(16), arena_.room(16)});
}

}  // namespace
}  // namespace mecrr::agent
