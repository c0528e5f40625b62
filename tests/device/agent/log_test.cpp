// The log's end, and memory that is not there.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "tests/device/agent/agent_record.h"

namespace mecrr::agent {
namespace {

/// Two pages, of which only the first is there.
class Edge {
 public:
  Edge()
      : start_(::mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    ::munmap(static_cast<char*>(start_) + 4096, 4096);
  }
  ~Edge() { ::munmap(start_, 4096); }
  Edge(const Edge&) = delete;
  Edge& operator=(const Edge&) = delete;

  /// The address `size` bytes before the gap.
  std::uint64_t before(std::uint64_t size) const { return number_of(start_) + 4096 - size; }
  void protect() { ::mprotect(start_, 4096, PROT_READ); }

 private:
  void* start_;
};

using AgentLog = AgentRecord;

TEST_F(AgentLog, TakesCallsUntilOneDoesNotFitAndThenStops) {
  site_.state().log_bytes = 3 * sizeof(CallRecord) + 8;
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(site_.call(SYS_getpid).raw);
  EXPECT_EQ(site_.logged().size(), 3u);
  stops(Abandoned::kLogFull, SYS_getpid);
  site_.state().log_used = 0;  // drained
  EXPECT_FALSE(site_.call(SYS_getpid).raw);
}

TEST_F(AgentLog, MakesNoCallWhoseOutputMayNotFit) {
  const UniqueFd zero = open("/dev/zero", O_RDWR, Descriptor::kNeverWaits);
  const std::uint64_t buffer = arena_.room(1000);
  site_.state().log_bytes = sizeof(CallRecord) + 3 * 8 + sizeof(CallPart) + 1000;
  stops(Abandoned::kLogFull, SYS_read, {raw(zero.get()), buffer, 1001});
  EXPECT_EQ(made(SYS_read, {raw(zero.get()), buffer, 1000}), 1000);
  stops(Abandoned::kLogFull, SYS_access, {arena_.text(std::string(1100, '/')), 0});
}

TEST_F(AgentLog, FillsUpToItsLastByteWithoutTouchingWhatFollows) {
  const UniqueFd zero = open("/dev/zero", O_RDWR, Descriptor::kNeverWaits);
  const std::uint64_t buffer = arena_.room(4096);
  std::uint64_t calls = 0;
  while (!site_.call(SYS_read, {raw(zero.get()), buffer, calls % 4096}).raw) ++calls;
  EXPECT_EQ(site_.state().abandoned, Abandoned::kLogFull);
  EXPECT_EQ(site_.logged().size(), calls);
  EXPECT_LE(site_.state().log_used, kLogBytes);
}

TEST_F(AgentLog, LeavesMemoryThatIsNotThereToAStop) {
  const Edge edge;
  const UniqueFd zero = open("/dev/zero", O_RDWR, Descriptor::kNeverWaits);
  const Ends ends = pipe();
  for (const int fd : {zero.get(), ends.write.get()}) {
    EXPECT_TRUE(site_.call(SYS_write, {raw(fd), edge.before(10), 11}).raw);
    EXPECT_FALSE(site_.call(SYS_write, {raw(fd), edge.before(10), 10}).raw);
  }
  EXPECT_TRUE(site_.call(SYS_read, {raw(zero.get()), edge.before(10), 11}).raw);
  EXPECT_TRUE(site_.call(SYS_read, {raw(ends.read.get()), edge.before(10), 11}).raw);
  EXPECT_EQ(made(SYS_read, {raw(ends.read.get()), edge.before(10), 10}), 10);
  EXPECT_TRUE(site_.call(SYS_clock_gettime, {0, edge.before(8)}).raw);
  EXPECT_FALSE(site_.call(SYS_clock_gettime, {0, edge.before(16)}).raw);
  std::uint64_t end = edge.before(1);
  *static_cast<char*>(RemoteAddress(end).as_pointer()) = '/';
  EXPECT_TRUE(site_.call(SYS_access, {end, 0}).raw);
  *static_cast<char*>(RemoteAddress(end).as_pointer()) = 0;
  EXPECT_EQ(made(SYS_access, {end, 0}), -ENOENT);
}

TEST_F(AgentLog, LeavesMemoryThatCannotBeWrittenToAStopUnlessDataWouldBeLost) {
  Edge edge;
  edge.protect();
  const UniqueFd zero = open("/dev/zero", O_RDWR, Descriptor::kNeverWaits);
  EXPECT_TRUE(site_.call(SYS_read, {raw(zero.get()), edge.before(10), 10}).raw);
  EXPECT_EQ(site_.state().abandoned, Abandoned::kFault);
  EXPECT_TRUE(site_.call(SYS_clock_gettime, {0, edge.before(16)}).raw);
  EXPECT_EQ(site_.state().abandoned, Abandoned::kFault);
  // A message that does not fit into memory is gone: the second call would get another.
  const Ends ends = sockets(SOCK_DGRAM);
  EXPECT_EQ(::write(ends.write.get(), "lost", 4), 4);
  EXPECT_EQ(site_.call(SYS_read, {raw(ends.read.get()), edge.before(10), 10}).result, -EFAULT);
  const LoggedCall logged = site_.logged().back();
  EXPECT_EQ(logged.record.result, -EFAULT);
  EXPECT_EQ(logged.parts.at(0).part.size, 10u);
}

}  // namespace
}  // namespace mecrr::agent
