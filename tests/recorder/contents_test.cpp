#include "recorder/memory/contents.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "base/files.h"
#include "trace-format/reader.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kPage = 4096;

class ContentsOfFiles : public testing::Test {
 protected:
  ContentsOfFiles() {
    std::string name = (std::filesystem::temp_directory_path() / "mecrr-contents.XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    writer_.emplace(*Writer::create(folder_ + "/trace.pb", IfExists::kFail, pb::Header{}));
    contents_.emplace(*writer_);
  }
  ~ContentsOfFiles() override { std::filesystem::remove_all(folder_); }

  UniqueFd file_of(std::string_view name, ByteView bytes) {
    const std::string path = folder_ + "/" + std::string(name);
    EXPECT_TRUE(write_file(path, bytes));
    return *open_file(path, O_RDONLY);
  }

  /// What the trace holds of a content, part by part, by offset.
  std::map<std::uint64_t, Bytes> parts(ContentId content) {
    pb::Ending ending;
    ending.set_reason(pb::Ending::ALL_EXITED);
    EXPECT_TRUE(std::move(*writer_).finish(ending));
    const auto reader = Reader::open(folder_ + "/trace.pb");
    std::map<std::uint64_t, Bytes> found;
    EXPECT_TRUE((*reader)->for_each_part(content, [&](std::uint64_t offset, ByteView bytes) {
      found.emplace(offset, to_bytes(bytes));
      return Result<void>{};
    }));
    return found;
  }

  std::string folder_;
  std::optional<Writer> writer_;
  std::optional<Contents> contents_;
};

TEST_F(ContentsOfFiles, APartIsStoredOnceHoweverOftenItIsMapped) {
  const Bytes bytes(3 * kPage, std::byte{7});
  const UniqueFd fd = file_of("file", bytes);
  const auto first = contents_->store(fd.get(), "file", {.offset = 0, .size = 2 * kPage});
  const auto second = contents_->store(fd.get(), "file", {.offset = 0, .size = 3 * kPage});
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->content, second->content);
  const auto stored = parts(first->content);
  ASSERT_EQ(stored.size(), 2u);
  EXPECT_EQ(stored.at(0).size(), 2 * kPage);
  EXPECT_EQ(stored.at(2 * kPage).size(), kPage);
}

TEST_F(ContentsOfFiles, PagesBehindTheFilesEndAreNotValid) {
  const UniqueFd fd = file_of("file", Bytes(kPage + 10));
  const auto stored = contents_->store(fd.get(), "file", {.offset = 0, .size = 4 * kPage});
  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ(stored->valid, 2 * kPage);
  const auto behind = contents_->store(fd.get(), "file", {.offset = 2 * kPage, .size = kPage});
  ASSERT_TRUE(behind.has_value());
  EXPECT_EQ(behind->valid, 0u);
}

TEST_F(ContentsOfFiles, AChangedFileIsAnotherContent) {
  const UniqueFd fd = file_of("file", Bytes(kPage));
  const auto first = contents_->store(fd.get(), "file", {.offset = 0, .size = kPage});
  const UniqueFd longer = file_of("file", Bytes(2 * kPage));
  const auto second = contents_->store(longer.get(), "file", {.offset = 0, .size = kPage});
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->content, second->content);
}

TEST_F(ContentsOfFiles, SectionsThatOnlyPeopleNeedAreStoredWithAProgram) {
  const UniqueFd program = *open_file("/proc/self/exe", O_RDONLY);
  const std::uint64_t size = *file_size(program.get());
  const auto stored =
      contents_->store(program.get(), "test", {.offset = 0, .size = kPage, .executable = true});
  ASSERT_TRUE(stored.has_value());
  const auto found = parts(stored->content);
  const auto& [offset, last] = *found.rbegin();
  EXPECT_EQ(offset + last.size(), size);  // the table of sections is at the end
}

TEST_F(ContentsOfFiles, OneThatHasChangedJustNowIsNotKnownByItsTimes) {
  const UniqueFd fd = file_of("file", Bytes(3 * kPage, std::byte{7}));
  ASSERT_TRUE(contents_->store(fd.get(), "file", {.offset = 0, .size = 2 * kPage}));
  EXPECT_TRUE(contents_->known_files().empty());
}

TEST_F(ContentsOfFiles, OneThatHasNotIsKnownAsFarAsItIsStored) {
  const UniqueFd fd = *open_file("/proc/self/exe", O_RDONLY);
  const auto whole = contents_->store(fd.get(), "itself", {.offset = kPage, .size = 2 * kPage});
  ASSERT_TRUE(whole);
  ASSERT_EQ(contents_->known_files().size(), 1u);
  const agent::KnownFile known = contents_->known_files().front();
  EXPECT_EQ(known.start, kPage);
  EXPECT_EQ(known.end, 3 * kPage);
  const auto found = contents_->find(known.key, {.offset = 2 * kPage, .size = kPage});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->part.content, whole->content);
  EXPECT_EQ(found->part.valid, kPage);
  EXPECT_EQ(found->path, "itself");
  EXPECT_FALSE(contents_->find(known.key, {.offset = 2 * kPage, .size = 2 * kPage}));
  EXPECT_FALSE(contents_->find({}, {.offset = 0, .size = kPage}));
}

}  // namespace
}  // namespace mecrr
