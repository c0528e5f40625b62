// The fixture of the agent's tests: a site that records, an arena for arguments, a folder.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "base/unique_fd.h"
#include "tests/device/agent/compared.h"

namespace mecrr::agent {

/// Also of structures that hold pointers.
template <class T>
ByteView object_bytes_of(const T& object) {
  return bytes_at(&object, sizeof object);
}

inline constexpr std::uint64_t kHere = static_cast<std::uint64_t>(AT_FDCWD);

inline std::uint64_t raw(int fd) { return static_cast<std::uint64_t>(fd); }

class AgentRecord : public ::testing::Test {
 protected:
  AgentRecord() {
    char name[] = "/tmp/agent_test_XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  ~AgentRecord() override {
    ::unlink(path("file").c_str());
    ::rmdir(folder_.c_str());
  }

  std::int64_t made(std::uint32_t number, std::array<std::uint64_t, 6> arguments = {}) {
    return expect_recorded(site_, arena_, number, arguments);
  }
  void stops(Abandoned why, std::uint32_t number, std::array<std::uint64_t, 6> arguments = {}) {
    expect_stop(site_, arena_, why, number, arguments);
  }
  std::string path(std::string_view name) const { return folder_ + "/" + std::string(name); }

  /// A descriptor, opened behind the agent's back.
  UniqueFd open(const std::string& name, int flags, Descriptor what) {
    UniqueFd fd(::open(name.c_str(), flags | O_CLOEXEC, 0600));
    EXPECT_GE(fd.get(), 0) << name;
    site_.state().descriptors[fd.get()] = what;
    return fd;
  }
  UniqueFd known(int fd, Descriptor what) {
    site_.state().descriptors[fd] = what;
    return UniqueFd(fd);
  }
  /// The two ends of a pipe, or of a pair of sockets.
  struct Ends {
    UniqueFd read, write;
  };
  Ends pipe(int flags = 0) {
    int fds[2];
    EXPECT_EQ(::pipe2(fds, flags), 0);
    return {known(fds[0], Descriptor::kMayWait), known(fds[1], Descriptor::kMayWait)};
  }
  Ends sockets(int type) {
    int fds[2];
    EXPECT_EQ(::socketpair(AF_UNIX, type, 0, fds), 0);
    return {known(fds[0], Descriptor::kMayWait), known(fds[1], Descriptor::kMayWait)};
  }

  Site site_;
  Arena arena_;
  std::string folder_;
};

}  // namespace mecrr::agent
