// Records, compared with what the call table says of the calls; each is answered, too.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>

#include "tests/device/agent/agent_record.h"

namespace mecrr::agent {
namespace {

TEST_F(AgentRecord, HoldsCallsWithoutMemory) {
  EXPECT_EQ(made(SYS_getpid), ::getpid());
  EXPECT_EQ(made(SYS_gettid), ::gettid());
  EXPECT_EQ(made(SYS_getuid), ::getuid());
  EXPECT_EQ(made(SYS_getpgid, {0}), ::getpgid(0));
  EXPECT_EQ(made(SYS_umask, {022}) >= 0, true);
}

TEST_F(AgentRecord, HoldsStructuresThatTheKernelFills) {
  EXPECT_EQ(made(SYS_clock_gettime, {CLOCK_MONOTONIC, arena_.room(16)}), 0);
  EXPECT_EQ(made(SYS_clock_gettime, {12345, arena_.room(16)}), -EINVAL);
  EXPECT_EQ(made(SYS_clock_getres, {CLOCK_MONOTONIC, 0}), 0);
  EXPECT_EQ(made(SYS_gettimeofday, {arena_.room(16), 0}), 0);
  EXPECT_GT(made(SYS_time, {arena_.room(8)}), 0);
  EXPECT_GT(made(SYS_times, {arena_.room(sizeof(tms))}), 0);
  EXPECT_EQ(made(SYS_uname, {arena_.room(sizeof(utsname))}), 0);
  EXPECT_EQ(made(SYS_sysinfo, {arena_.room(sizeof(struct sysinfo))}), 0);
  EXPECT_EQ(made(SYS_getrusage, {0, arena_.room(256)}), 0);
  EXPECT_EQ(made(SYS_getrlimit, {3, arena_.room(16)}), 0);
  EXPECT_EQ(made(SYS_prlimit64, {0, 3, 0, arena_.room(16)}), 0);
  EXPECT_EQ(made(SYS_getcpu, {arena_.room(4), arena_.room(4), 0}), 0);
  EXPECT_EQ(made(SYS_getrandom, {arena_.room(33), 33, 0}), 33);
  EXPECT_GT(made(SYS_getcwd, {arena_.room(4096), 4096}), 0);
  EXPECT_GE(made(SYS_getgroups, {64, arena_.room(256)}), 0);
  EXPECT_EQ(made(SYS_getresuid, {arena_.room(4), arena_.room(4), arena_.room(4)}), 0);
}

TEST_F(AgentRecord, HoldsPathsAndWhatIsFoundThere) {
  const std::uint64_t root = arena_.text("/"), none = arena_.text("/no/such/file");
  const std::uint64_t status = arena_.room(sizeof(struct stat));
  EXPECT_EQ(made(SYS_stat, {root, status}), 0);
  EXPECT_EQ(made(SYS_lstat, {none, status}), -ENOENT);
  EXPECT_EQ(made(SYS_newfstatat, {kHere, root, status, 0}), 0);
  EXPECT_EQ(made(SYS_newfstatat, {0, arena_.text(""), status, AT_EMPTY_PATH}), 0);
  EXPECT_EQ(made(SYS_statx, {kHere, root, 0, 0xfff, arena_.room(256)}), 0);
  EXPECT_EQ(made(SYS_statfs, {root, arena_.room(sizeof(struct statfs))}), 0);
  EXPECT_EQ(made(SYS_access, {root, 0}), 0);
  EXPECT_EQ(made(SYS_faccessat2, {kHere, none, 0, 0}), -ENOENT);
  EXPECT_GT(made(SYS_readlink, {arena_.text("/proc/self/exe"), arena_.room(256), 256}), 0);
  EXPECT_EQ(made(SYS_readlinkat, {kHere, arena_.text("/proc/self/exe"), arena_.room(8), 3}), 3);
  const std::uint64_t made_folder = arena_.text(path("d"));
  EXPECT_EQ(made(SYS_mkdir, {made_folder, 0700}), 0);
  const std::uint64_t other = arena_.text(path("e"));
  EXPECT_EQ(made(SYS_rename, {made_folder, other}), 0);
  EXPECT_EQ(made(SYS_rmdir, {other}), 0);
  EXPECT_EQ(made(SYS_unlink, {none}), -ENOENT);
}

TEST_F(AgentRecord, HoldsReadsAndWritesOfFiles) {
  const UniqueFd zero = open("/dev/zero", O_RDWR, Descriptor::kNeverWaits);
  EXPECT_EQ(made(SYS_read, {raw(zero.get()), arena_.room(64), 64}), 64);
  EXPECT_EQ(made(SYS_read, {raw(zero.get()), arena_.room(5000), 5000}), 5000);
  EXPECT_EQ(made(SYS_read, {raw(zero.get()), arena_.room(8), 0}), 0);
  EXPECT_EQ(made(SYS_write, {raw(zero.get()), arena_.text("some text"), 9}), 9);
  const UniqueFd file = open(path("file"), O_RDWR | O_CREAT, Descriptor::kWrittenFile);
  EXPECT_EQ(made(SYS_pwrite64, {raw(file.get()), arena_.room(10'000), 10'000, 0}), 10'000);
  EXPECT_EQ(made(SYS_pread64, {raw(file.get()), arena_.room(4096), 4096, 8000}), 2000);
  EXPECT_EQ(made(SYS_lseek, {raw(file.get()), 100, SEEK_SET}), 100);
  EXPECT_EQ(made(SYS_fstat, {raw(file.get()), arena_.room(sizeof(struct stat))}), 0);
  EXPECT_EQ(made(SYS_ftruncate, {raw(file.get()), 50}), 0);
  EXPECT_EQ(made(SYS_read, {raw(file.get()), arena_.room(16), 16}), 0);
  const UniqueFd folder = open("/usr", O_RDONLY | O_DIRECTORY, Descriptor::kNeverWaits);
  EXPECT_GT(made(SYS_getdents64, {raw(folder.get()), arena_.room(2048), 2048}), 0);
  EXPECT_LT(made(SYS_read, {raw(folder.get()), arena_.room(2048), 2048}), 0);
}

TEST_F(AgentRecord, HoldsVectors) {
  const UniqueFd file = open(path("file"), O_RDWR | O_CREAT, Descriptor::kWrittenFile);
  const iovec out[] = {{RemoteAddress(arena_.text("first")).as_pointer(), 5},
                       {nullptr, 0},
                       {RemoteAddress(arena_.room(3000)).as_pointer(), 3000}};
  EXPECT_EQ(made(SYS_writev, {raw(file.get()), arena_.bytes(bytes_at(out, sizeof out)), 3}), 3005);
  const iovec in[] = {{RemoteAddress(arena_.room(7)).as_pointer(), 7},
                      {RemoteAddress(arena_.room(4000)).as_pointer(), 4000}};
  EXPECT_EQ(made(SYS_preadv, {raw(file.get()), arena_.bytes(bytes_at(in, sizeof in)), 2, 0}), 3005);
  EXPECT_EQ(made(SYS_preadv2, {raw(file.get()), arena_.bytes(bytes_at(in, sizeof in)), 2, 3000}),
            5);
}

TEST_F(AgentRecord, HoldsTheSameHashAsTheTableForEachSize) {
  const UniqueFd file = open(path("file"), O_RDWR | O_CREAT, Descriptor::kWrittenFile);
  std::mt19937 random(1);
  const std::uint64_t data = arena_.room(200'000);
  for (std::size_t i = 0; i < 200'000; ++i) {
    *static_cast<std::uint8_t*>((RemoteAddress(data) + i).as_pointer()) =
        static_cast<std::uint8_t>(random());
  }
  for (const std::uint64_t size :
       {1, 7, 8, 63, 64, 65, 127, 128, 129, 240, 241, 1024, 4097, 200'000}) {
    EXPECT_EQ(made(SYS_pwrite64, {raw(file.get()), data + random() % 3, size, 0}), size);
  }
  stops(Abandoned::kSize, SYS_pwrite64, {raw(file.get()), data, 256 * 1024 + 1, 0});
}

TEST_F(AgentRecord, HoldsRandomVectorsAsTheTableSeesThem) {
  const UniqueFd file = open(path("file"), O_RDWR | O_CREAT, Descriptor::kWrittenFile);
  const Ends pipe_ends = pipe(O_NONBLOCK);
  const Ends pair = sockets(SOCK_DGRAM);
  std::mt19937 random(7);
  const std::uint64_t data = arena_.room(32 * 1024);
  for (std::uint64_t i = 0; i < 32 * 1024; ++i) {
    *static_cast<std::uint8_t*>((RemoteAddress(data) + i).as_pointer()) =
        static_cast<std::uint8_t>(random());
  }
  const std::uint64_t array = arena_.room(20 * sizeof(iovec));
  const std::uint64_t header_at = arena_.room(sizeof(msghdr));
  for (int round = 0; round < 150; ++round) {
    std::vector<iovec> pieces(1 + random() % 19);
    for (iovec& piece : pieces) {
      const bool is_null = random() % 8 == 0;
      piece.iov_base = is_null ? nullptr : RemoteAddress(data + random() % 16384).as_pointer();
      piece.iov_len = is_null || random() % 8 == 0 ? 0 : random() % 700;
    }
    std::memcpy(RemoteAddress(array).as_pointer(), pieces.data(), pieces.size() * sizeof(iovec));
    msghdr header{};
    header.msg_iov = static_cast<iovec*>(RemoteAddress(array).as_pointer());
    header.msg_iovlen = pieces.size();
    const std::uint64_t to_control = data + 20'000;
    if (random() % 2 == 0) header.msg_control = RemoteAddress(to_control).as_pointer();
    header.msg_controllen = random() % 2 == 0 ? 0 : 100;
    std::memcpy(RemoteAddress(header_at).as_pointer(), &header, sizeof header);
    const std::uint64_t count = pieces.size();
    switch (random() % 7) {
      case 0:
        made(SYS_writev, {raw(file.get()), array, count});
        break;
      case 1:
        made(SYS_preadv, {raw(file.get()), array, count, random() % 2000});
        break;
      case 2:
        made(SYS_writev, {raw(pipe_ends.write.get()), array, count});
        break;
      case 3:
        made(SYS_readv, {raw(pipe_ends.read.get()), array, count});
        break;
      case 4: {
        header.msg_control = nullptr;
        header.msg_controllen = 0;
        std::memcpy(RemoteAddress(header_at).as_pointer(), &header, sizeof header);
        made(SYS_sendmsg, {raw(pair.write.get()), header_at, MSG_DONTWAIT});
        break;
      }
      case 5:
        made(SYS_recvmsg, {raw(pair.read.get()), header_at, MSG_DONTWAIT});
        break;
      default:
        made(SYS_pwritev2, {raw(file.get()), array, count, random() % 1000, 0, 0});
        break;
    }
  }
}

}  // namespace
}  // namespace mecrr::agent
