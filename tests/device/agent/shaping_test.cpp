// Calls that shape memory: which the agent makes, and what it lets the recorder know.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "tests/device/agent/agent_record.h"

namespace mecrr::agent {
namespace {

constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kNoFile = ~std::uint64_t{0};
constexpr std::uint64_t kEmpty = MAP_PRIVATE | MAP_ANONYMOUS;
constexpr std::uint64_t kReadWrite = PROT_READ | PROT_WRITE;

class AgentShaping : public AgentRecord {
 protected:
  AgentShaping() : file_(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC)) {
    struct stat status{};
    EXPECT_EQ(::fstat(file_.get(), &status), 0);
    key_ = {.device = status.st_dev,
            .inode = status.st_ino,
            .size = static_cast<std::uint64_t>(status.st_size),
            .modified_s = status.st_mtim.tv_sec,
            .modified_ns = status.st_mtim.tv_nsec,
            .changed_s = status.st_ctim.tv_sec,
            .changed_ns = status.st_ctim.tv_nsec};
  }

  /// The agent makes it.
  std::uint64_t address(std::uint32_t number, std::array<std::uint64_t, 6> arguments) {
    const Site::Outcome outcome = site_.call(number, arguments);
    EXPECT_FALSE(outcome.raw);
    EXPECT_GT(outcome.result, 0);
    return static_cast<std::uint64_t>(outcome.result);
  }
  void know(std::uint64_t start, std::uint64_t end) {
    site_.state().known_files[0] = {.key = key_, .start = start, .end = end};
    site_.state().known_file_count = 1;
  }
  /// Maps pages of the file, and unmaps them again.
  /// @return whether the agent knew the file
  bool knows(std::uint64_t offset, std::uint64_t size, std::uint64_t protection = PROT_READ) {
    const std::uint64_t at =
        address(SYS_mmap, {0, size, protection, MAP_PRIVATE, raw(file_.get()), offset});
    const std::vector<LoggedCall> logged = site_.logged();
    EXPECT_EQ(::munmap(RemoteAddress(at).as_pointer(), size), 0);
    const std::vector<LoggedPart>& parts = logged.back().parts;
    if (parts.empty()) return false;
    EXPECT_EQ(parts.size(), 1u);
    EXPECT_EQ(load<FileKey>(parts[0].data), key_);
    return true;
  }

  UniqueFd file_;
  FileKey key_{};
};

TEST_F(AgentShaping, MapsEmptyPrivateMemory) {
  const std::uint64_t at = address(SYS_mmap, {0, 4 * kPage, kReadWrite, kEmpty, kNoFile, 0});
  EXPECT_EQ(address(SYS_mmap, {at + kPage, kPage, PROT_NONE, kEmpty | MAP_FIXED, kNoFile, 0}),
            at + kPage);
  EXPECT_EQ(site_.call(SYS_munmap, {at, 4 * kPage}).result, 0);
  stops(Abandoned::kCall, SYS_mmap, {0, kPage, PROT_EXEC, kEmpty, kNoFile, 0});
  stops(Abandoned::kCall, SYS_mmap, {0, kPage, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, kNoFile, 0});
  stops(Abandoned::kCall, SYS_mmap, {kState, kPage, PROT_READ, kEmpty | MAP_FIXED, kNoFile, 0});
}

TEST_F(AgentShaping, KnowsAFileAsFarAsItHasBeenTold) {
  EXPECT_FALSE(knows(0, kPage));
  know(kPage, 3 * kPage);
  EXPECT_FALSE(knows(0, kPage));
  EXPECT_TRUE(knows(kPage, kPage));
  EXPECT_TRUE(knows(kPage, 2 * kPage - 100));
  EXPECT_FALSE(knows(kPage, 3 * kPage));
  EXPECT_FALSE(knows(2 * kPage, 2 * kPage));
}

TEST_F(AgentShaping, WhatIsBehindAKnownFilesEndNeedNotBeKnown) {
  const std::uint64_t end = (key_.size + kPage - 1) / kPage * kPage;
  know(kPage, end);
  EXPECT_TRUE(knows(kPage, end + 5 * kPage));
  EXPECT_TRUE(knows(end, kPage));
}

TEST_F(AgentShaping, KnowsNoFileWhoseTimesAreOthers) {
  key_.changed_ns ^= 1;
  know(0, key_.size + kPage);
  EXPECT_FALSE(knows(0, kPage));
}

TEST_F(AgentShaping, HasCodeLookedAt) {
  know(0, key_.size + kPage);
  EXPECT_FALSE(knows(0, kPage, PROT_READ | PROT_EXEC));
}

TEST_F(AgentShaping, HasAFileLookedAtThatMayBeOpenForWriting) {
  know(0, key_.size + kPage);
  const UniqueFd other = open(path("file"), O_RDWR | O_CREAT, Descriptor::kWrittenFile);
  EXPECT_FALSE(knows(0, kPage));
  site_.state().descriptors[other.get()] = Descriptor::kStops;
  EXPECT_TRUE(knows(0, kPage));
  site_.state().descriptors_known = 0;
  EXPECT_FALSE(knows(0, kPage));
}

TEST_F(AgentShaping, SeesToItThatWritesToAMappedFileAreStops) {
  know(0, key_.size + kPage);
  EXPECT_TRUE(knows(0, kPage));
  const std::uint64_t bit = key_.inode % kMappedBits;
  EXPECT_NE(site_.state().mapped_files[bit / 8] & 1U << bit % 8, 0U);
}

TEST_F(AgentShaping, MapsNothingButRegularFiles) {
  const UniqueFd zero = open("/dev/zero", O_RDONLY, Descriptor::kNeverWaits);
  stops(Abandoned::kCall, SYS_mmap, {0, kPage, PROT_READ, MAP_PRIVATE, raw(zero.get()), 0});
  stops(Abandoned::kCall, SYS_mmap, {0, kPage, PROT_READ, MAP_PRIVATE, kNoFile, 0});
  stops(Abandoned::kCall, SYS_mmap, {0, kPage, PROT_READ, MAP_SHARED, raw(file_.get()), 0});
}

TEST_F(AgentShaping, MovesMemoryThatIsNotToBeKept) {
  std::uint64_t at = address(SYS_mmap, {0, kPage, kReadWrite, kEmpty, kNoFile, 0});
  at = address(SYS_mremap, {at, kPage, 100 * kPage, MREMAP_MAYMOVE});
  EXPECT_EQ(address(SYS_mremap, {at, 100 * kPage, kPage, 0}), at);
  EXPECT_EQ(site_.call(SYS_mremap, {at + 1, kPage, kPage, 0}).result, -EINVAL);
  stops(Abandoned::kCall, SYS_mremap, {at, 0, kPage, MREMAP_MAYMOVE});
  stops(Abandoned::kCall, SYS_mremap, {at, kPage, kPage, MREMAP_MAYMOVE | MREMAP_FIXED, at});
  EXPECT_EQ(site_.call(SYS_munmap, {at, kPage}).result, 0);
}

TEST_F(AgentShaping, GivesMemoryBackAtOnce) {
  const std::uint64_t at = address(SYS_mmap, {0, kPage, kReadWrite, kEmpty, kNoFile, 0});
  auto* memory = static_cast<volatile char*>(RemoteAddress(at).as_pointer());
  for (const int advice : {MADV_DONTNEED, MADV_FREE}) {
    *memory = 'm';
    EXPECT_EQ(site_.call(SYS_madvise, {at, kPage, static_cast<std::uint64_t>(advice)}).result, 0);
    EXPECT_EQ(*memory, 0);
    EXPECT_EQ(site_.logged().back().arguments[2], static_cast<std::uint64_t>(advice));
  }
  EXPECT_EQ(site_.call(SYS_madvise, {at, kPage, MADV_RANDOM}).result, 0);
  stops(Abandoned::kCall, SYS_madvise, {at, kPage, MADV_REMOVE});
  stops(Abandoned::kCall, SYS_madvise, {kState, kPage, MADV_DONTNEED});
  EXPECT_EQ(site_.call(SYS_munmap, {at, kPage}).result, 0);
}

}  // namespace
}  // namespace mecrr::agent
