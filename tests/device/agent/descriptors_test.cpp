// What the agent knows of descriptors, and how it learns it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>

#include "tests/device/agent/agent_record.h"

namespace mecrr::agent {
namespace {

class AgentDescriptors : public AgentRecord {
 protected:
  Descriptor what(std::int64_t fd) { return site_.state().descriptors[fd]; }

  /// What a file is that the agent opens.
  Descriptor opened(std::string_view name, int flags) {
    const std::int64_t fd =
        made(SYS_openat, {kHere, arena_.text(name), static_cast<std::uint64_t>(flags), 0600});
    EXPECT_GE(fd, 0) << name;
    const Descriptor result = what(fd);
    EXPECT_EQ(made(SYS_close, {static_cast<std::uint64_t>(fd)}), 0);
    EXPECT_EQ(what(fd), Descriptor::kUnknown);
    return result;
  }
};

TEST_F(AgentDescriptors, AreKnownByWhatWasOpened) {
  EXPECT_EQ(opened("/usr/bin/env", O_RDONLY), Descriptor::kNeverWaits);
  EXPECT_EQ(opened("/usr", O_RDONLY | O_DIRECTORY), Descriptor::kNeverWaits);
  EXPECT_EQ(opened("/dev/null", O_RDWR), Descriptor::kNeverWaits);
  EXPECT_EQ(opened("/dev/urandom", O_RDONLY), Descriptor::kNeverWaits);
  EXPECT_EQ(opened(path("file"), O_RDWR | O_CREAT), Descriptor::kWrittenFile);
  EXPECT_EQ(opened(path("file"), O_RDONLY), Descriptor::kNeverWaits);
  EXPECT_EQ(opened("/dev/ptmx", O_RDWR | O_NOCTTY), Descriptor::kMayWait);
  EXPECT_EQ(opened("/proc/self/maps", O_RDONLY), Descriptor::kMayWait);
  EXPECT_EQ(opened("/proc/self/status", O_RDONLY), Descriptor::kStops);
}

TEST_F(AgentDescriptors, OfProcessMemoryAreStopsUnderAnyName) {
  EXPECT_EQ(opened("/proc/self/mem", O_RDWR), Descriptor::kStops);
  ASSERT_EQ(::symlink("/proc/self/mem", path("file").c_str()), 0);
  EXPECT_EQ(opened(path("file"), O_RDONLY), Descriptor::kStops);
  const std::string pid = std::to_string(::getpid());
  EXPECT_EQ(opened("/proc/" + pid + "/task/" + pid + "/mem", O_RDONLY), Descriptor::kStops);
}

TEST_F(AgentDescriptors, OfMappedFilesAreStopsWhereTheyAreWritten) {
  struct stat file{};
  const UniqueFd fd = open(path("file"), O_RDWR | O_CREAT, Descriptor::kWrittenFile);
  ASSERT_EQ(::fstat(fd.get(), &file), 0);
  const std::uint64_t bit = file.st_ino % kMappedBits;
  site_.state().mapped_files[bit / 8] = static_cast<std::uint8_t>(1u << bit % 8);
  EXPECT_EQ(opened(path("file"), O_RDONLY), Descriptor::kNeverWaits);
  EXPECT_EQ(opened(path("file"), O_WRONLY), Descriptor::kStops);
  const open_how how{.flags = O_RDWR, .mode = 0, .resolve = 0};
  const std::int64_t third =
      made(SYS_openat2, {kHere, arena_.text(path("file")), arena_.object(how), sizeof how});
  EXPECT_EQ(what(third), Descriptor::kStops);
  EXPECT_EQ(made(SYS_close, {static_cast<std::uint64_t>(third)}), 0);
}

TEST_F(AgentDescriptors, AreCopiedWithDuplicates) {
  const UniqueFd output = open("/dev/null", O_WRONLY, Descriptor::kStdout);
  const std::uint64_t fd = raw(output.get());
  const std::int64_t second = made(SYS_dup, {fd});
  EXPECT_EQ(what(second), Descriptor::kStdout);
  const std::int64_t third = made(SYS_fcntl, {fd, F_DUPFD_CLOEXEC, 100});
  EXPECT_EQ(what(third), Descriptor::kStdout);
  EXPECT_EQ(made(SYS_dup2, {fd, 101}), 101);
  EXPECT_EQ(what(101), Descriptor::kStdout);
  EXPECT_EQ(made(SYS_dup3, {raw(200), 101, 0}), -EBADF);
  EXPECT_EQ(what(101), Descriptor::kStdout);
  const Ends ends = pipe();
  EXPECT_EQ(made(SYS_dup3, {raw(ends.read.get()), 101, O_CLOEXEC}), 101);
  EXPECT_EQ(what(101), Descriptor::kMayWait);
  for (const std::int64_t made_fd : {second, third, std::int64_t{101}}) {
    EXPECT_EQ(made(SYS_close, {static_cast<std::uint64_t>(made_fd)}), 0);
  }
}

TEST_F(AgentDescriptors, OfPipesAndSocketsAndTheLikeMayWait) {
  for (const auto& [number, pair, arguments] :
       {std::tuple{SYS_pipe2, 0, std::array<std::uint64_t, 6>{arena_.room(8), 0}},
        std::tuple{SYS_socketpair, 3,
                   std::array<std::uint64_t, 6>{AF_UNIX, SOCK_STREAM, 0, arena_.room(8)}}}) {
    EXPECT_EQ(made(number, arguments), 0);
    const auto fds = *static_cast<std::array<int, 2>*>(RemoteAddress(arguments[pair]).as_pointer());
    for (const int fd : fds) {
      EXPECT_EQ(what(fd), Descriptor::kMayWait);
      EXPECT_EQ(made(SYS_close, {raw(fd)}), 0);
    }
  }
  for (const auto& [number, arguments] :
       {std::pair{SYS_eventfd2, std::array<std::uint64_t, 6>{0, 0}},
        std::pair{SYS_epoll_create1, std::array<std::uint64_t, 6>{0}},
        std::pair{SYS_socket, std::array<std::uint64_t, 6>{AF_UNIX, SOCK_STREAM, 0}}}) {
    const std::int64_t fd = made(number, arguments);
    EXPECT_EQ(what(fd), Descriptor::kMayWait);
    EXPECT_EQ(made(SYS_close, {static_cast<std::uint64_t>(fd)}), 0);
  }
  const std::int64_t memory = made(SYS_memfd_create, {arena_.text("name"), 0});
  EXPECT_EQ(what(memory), Descriptor::kWrittenFile);
  EXPECT_EQ(made(SYS_close, {static_cast<std::uint64_t>(memory)}), 0);
}

TEST_F(AgentDescriptors, AreForgottenWhenAStopClosesThem) {
  const Ends ends = pipe();
  const UniqueFd third = open("/dev/null", O_RDONLY, Descriptor::kNeverWaits);
  site_.state().stop_requested = 1;
  EXPECT_TRUE(site_.call(SYS_close, {raw(ends.read.get())}).raw);
  EXPECT_EQ(what(ends.read.get()), Descriptor::kUnknown);
  EXPECT_TRUE(site_.call(SYS_dup2, {0, raw(ends.write.get())}).raw);
  EXPECT_EQ(what(ends.write.get()), Descriptor::kUnknown);
  site_.state().stop_requested = 0;
  stops(Abandoned::kCall, SYS_close_range, {raw(third.get()), ~0u, 0});
  EXPECT_EQ(what(third.get()), Descriptor::kUnknown);
}

TEST_F(AgentDescriptors, OfSocketsThatLingerAreForgotten) {
  const Ends ends = sockets(SOCK_STREAM);
  const linger option{.l_onoff = 1, .l_linger = 1};
  stops(Abandoned::kCall, SYS_setsockopt,
        {raw(ends.read.get()), SOL_SOCKET, SO_LINGER, arena_.object(option), sizeof option});
  EXPECT_EQ(what(ends.read.get()), Descriptor::kUnknown);
  EXPECT_EQ(made(SYS_setsockopt,
                 {raw(ends.write.get()), SOL_SOCKET, SO_KEEPALIVE, arena_.object(1), sizeof(int)}),
            0);
  EXPECT_EQ(made(SYS_getsockopt, {raw(ends.write.get()), SOL_SOCKET, SO_TYPE, arena_.room(4),
                                  arena_.object(socklen_t{4})}),
            0);
  EXPECT_EQ(what(ends.write.get()), Descriptor::kMayWait);
}

TEST_F(AgentDescriptors, ThatAreNotOpenCanBeClosedAndOthersOnlyIfKnown) {
  EXPECT_EQ(made(SYS_close, {900}), -EBADF);
  const Ends ends = pipe();
  site_.state().descriptors[ends.read.get()] = Descriptor::kUnknown;
  stops(Abandoned::kDescriptor, SYS_close, {raw(ends.read.get())});
}

TEST_F(AgentDescriptors, AreLeftAloneWhileNothingIsKnown) {
  const UniqueFd file = open("/dev/null", O_RDONLY, Descriptor::kNeverWaits);
  site_.state().descriptors_known = 0;
  const std::int64_t fd = made(SYS_open, {arena_.text("/dev/null"), O_RDONLY, 0});
  EXPECT_EQ(what(fd), Descriptor::kUnknown);
  stops(Abandoned::kDescriptor, SYS_close, {raw(file.get())});
  EXPECT_EQ(what(file.get()), Descriptor::kNeverWaits);
  const UniqueFd owner(static_cast<int>(fd));
}

TEST_F(AgentDescriptors, OfOutputsShowTheirData) {
  const UniqueFd output = open("/dev/null", O_WRONLY, Descriptor::kStderr);
  std::string text(1000, 'x');
  const std::array<std::uint64_t, 6> arguments{raw(output.get()), arena_.text(text), 1000};
  EXPECT_EQ(made(SYS_write, arguments), 1000);
  EXPECT_EQ(site_.call(SYS_write, arguments).result, 1000);
  const LoggedCall logged = site_.logged().at(0);
  EXPECT_EQ(logged.record.output, 2u);
  EXPECT_EQ(logged.parts.at(0).part.kind, CallPart::Kind::kShown);
  EXPECT_EQ(as_text(logged.parts.at(0).data), text);
}

TEST_F(AgentDescriptors, OfSocketsTakeMessages) {
  const Ends ends = sockets(SOCK_DGRAM);
  const std::uint64_t text = arena_.text("message");
  EXPECT_EQ(made(SYS_sendto, {raw(ends.write.get()), text, 7, 0, 0, 0}), 7);
  const std::uint64_t name = arena_.room(128), length = arena_.object(std::uint32_t{110});
  EXPECT_EQ(made(SYS_recvfrom, {raw(ends.read.get()), arena_.room(64), 64, 0, name, length}), 7);
  iovec pieces[] = {{RemoteAddress(text).as_pointer(), 3}, {RemoteAddress(text).as_pointer(), 4}};
  msghdr header{};
  header.msg_iov = static_cast<iovec*>(
      RemoteAddress(arena_.bytes(bytes_at(pieces, sizeof pieces))).as_pointer());
  header.msg_iovlen = 2;
  EXPECT_EQ(made(SYS_sendmsg, {raw(ends.write.get()), arena_.bytes(object_bytes_of(header)), 0}),
            7);
  const std::uint64_t into = arena_.room(64);
  iovec received{RemoteAddress(into).as_pointer(), 64};
  header.msg_iov = static_cast<iovec*>(
      RemoteAddress(arena_.bytes(bytes_at(&received, sizeof received))).as_pointer());
  header.msg_iovlen = 1;
  header.msg_name = RemoteAddress(arena_.room(110)).as_pointer();
  header.msg_namelen = 110;
  header.msg_control = RemoteAddress(arena_.room(64)).as_pointer();
  header.msg_controllen = 64;
  const std::uint64_t message = arena_.bytes(object_bytes_of(header));
  EXPECT_EQ(made(SYS_recvmsg, {raw(ends.read.get()), message, 0}), 7);
  EXPECT_EQ(::write(ends.write.get(), "more", 4), 4);
  header.msg_name = nullptr;  // then the length is nobody's
  header.msg_namelen = 0x7fff'ffff;
  header.msg_control = nullptr;
  const std::uint64_t bare = arena_.bytes(object_bytes_of(header));
  EXPECT_EQ(made(SYS_recvmsg, {raw(ends.read.get()), bare, 0}), 4);
  stops(Abandoned::kWaits, SYS_recvmsg, {raw(ends.read.get()), message, 0});
  EXPECT_EQ(made(SYS_recvmsg, {raw(ends.read.get()), message, MSG_DONTWAIT}), -EAGAIN);
}

}  // namespace
}  // namespace mecrr::agent
