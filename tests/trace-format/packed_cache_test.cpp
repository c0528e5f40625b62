#include "trace-format/packed_cache.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "base/files.h"
#include "tests/trace-format/sample.h"
#include "trace-format/frame.h"
#include "trace-format/limits.h"
#include "trace-format/reader.h"
#include "trace-format/writer.h"

namespace mecrr {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDataBytes = 300'000;

/// Half of it can be packed.
Bytes some_data(unsigned seed) {
  std::mt19937 random(seed);
  Bytes data(kDataBytes);
  for (std::size_t i = 0; i < data.size() / 2; ++i) data[i] = static_cast<std::byte>(random());
  return data;
}

Bytes packed(ByteView data) {
  Bytes blocks;
  pack_blocks(blocks, data);
  return blocks;
}

class PackedCacheTest : public testing::Test {
 protected:
  std::string folder() const { return path_.name() + ".d/in/folders"; }
  std::unique_ptr<PackedCache> open(std::uint64_t most = PackedCache::kMostBytes) const {
    return PackedCache::open(folder(), most);
  }
  std::vector<fs::path> entries() const {
    std::vector<fs::path> all;
    for (const auto& one : fs::directory_iterator(folder()))
      if (one.path().filename() != "seed") all.push_back(one.path());
    return all;
  }
  /// What a cache that is opened now has to say, and whether it knew it.
  std::pair<Bytes, bool> ask(ByteView data) const {
    Bytes blocks;
    const auto cache = open();
    cache->append_blocks(blocks, data);
    return {blocks, cache->use().known_bytes == data.size()};
  }
  ~PackedCacheTest() override { fs::remove_all(path_.name() + ".d"); }

  TemporaryPath path_;
};

TEST_F(PackedCacheTest, GivesWhatPackingGivesAndKnowsItNextTime) {
  const Bytes first = some_data(1), second = some_data(2);
  EXPECT_EQ(ask(first), std::pair(packed(first), false));
  EXPECT_EQ(ask(first), std::pair(packed(first), true));
  EXPECT_EQ(ask(second), std::pair(packed(second), false));
  EXPECT_EQ(ask(ByteView(first).first(kDataBytes - 1)).second, false);
  EXPECT_EQ(entries().size(), 3u);
}

TEST_F(PackedCacheTest, NeverBelievesADamagedEntry) {
  const Bytes data = some_data(1);
  ask(data);
  const fs::path entry = entries().at(0);
  const Bytes whole = read_file(entry).value();
  for (std::size_t at = 0; at < whole.size(); at += at < 64 ? 1 : 7919) {
    Bytes damaged = whole;
    damaged[at] ^= std::byte{1};
    ASSERT_TRUE(write_file(entry, damaged));
    EXPECT_EQ(ask(data), std::pair(packed(data), false)) << at;
    EXPECT_EQ(ask(data).second, true) << "it has been made anew";
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{20}, whole.size() - 1}) {
    ASSERT_TRUE(write_file(entry, ByteView(whole).first(size)));
    EXPECT_EQ(ask(data), std::pair(packed(data), false)) << size;
  }
}

TEST_F(PackedCacheTest, NeverBelievesAnEntryOfOtherData) {
  const Bytes first = some_data(1), second = some_data(2);
  ask(first);
  const fs::path of_first = entries().at(0);
  const Bytes entry = read_file(of_first).value();
  ask(second);
  for (const fs::path& one : entries()) ASSERT_TRUE(write_file(one, entry));
  EXPECT_EQ(ask(second), std::pair(packed(second), false));
}

TEST_F(PackedCacheTest, UsesNoFolderAndNoEntryThatOthersCanWriteOrThatIsALink) {
  const Bytes data = some_data(1);
  ask(data);
  const fs::path entry = entries().at(0);
  ASSERT_EQ(::chmod(entry.c_str(), 0622), 0);
  EXPECT_FALSE(ask(data).second);
  fs::remove(entry);
  fs::create_symlink("/dev/zero", entry);
  EXPECT_FALSE(ask(data).second);
  ASSERT_EQ(::chmod(folder().c_str(), 0770), 0);
  EXPECT_EQ(open(), nullptr);
  ASSERT_EQ(::chmod(folder().c_str(), 0700), 0);
  EXPECT_NE(open(), nullptr);
  fs::rename(folder(), folder() + "-moved");
  fs::create_symlink(folder() + "-moved", folder());
  EXPECT_EQ(open(), nullptr);
}

TEST_F(PackedCacheTest, IsNoneWhereThereCanBeNone) {
  EXPECT_EQ(PackedCache::open(""), nullptr);
  EXPECT_EQ(PackedCache::open("relative"), nullptr);
  EXPECT_EQ(PackedCache::open("/proc/self/nothing"), nullptr);
}

TEST_F(PackedCacheTest, IsForItsUserAlone) {
  ask(some_data(1));
  struct stat status{};
  ASSERT_EQ(::stat(folder().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  for (const auto& one : fs::directory_iterator(folder())) {
    ASSERT_EQ(::stat(one.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
  }
}

TEST_F(PackedCacheTest, RemovesWhatWasNotUsedForLongest) {
  for (unsigned i = 0; i < 4; ++i) ask(some_data(i));
  const Bytes kept = some_data(0);
  const auto now = fs::file_time_type::clock::now();
  for (const fs::path& entry : entries()) fs::last_write_time(entry, now - std::chrono::hours(50));
  EXPECT_TRUE(ask(kept).second);  // and is marked as used
  Bytes blocks;
  open(kDataBytes)->append_blocks(blocks, some_data(9));
  EXPECT_LT(entries().size(), 4u);
  EXPECT_FALSE(ask(some_data(1)).second);
}

TEST_F(PackedCacheTest, GoesOnWithoutEntriesWhereNoneCanBeMade) {
  const auto cache = open();
  fs::remove_all(folder());
  const Bytes data = some_data(1);
  Bytes blocks;
  cache->append_blocks(blocks, data);
  EXPECT_EQ(blocks, packed(data));
}

/// A trace with contents of many sizes.
Bytes trace_of(const TemporaryPath& path, std::unique_ptr<PackedCache> cache) {
  Writer writer =
      Writer::create(path.name(), IfExists::kReplace, sample_header(), std::move(cache)).value();
  writer.add(writer.begin_stream(), image_event());
  for (const std::size_t size :
       {std::size_t{100}, std::size_t{65536}, kDataBytes, std::size_t{kMaxPartBytes + 4096}}) {
    Bytes data = some_data(static_cast<unsigned>(size));
    data.resize(size);
    writer.add_part(writer.begin_content("file"), 0, data);
  }
  EXPECT_TRUE(std::move(writer).finish(sample_ending()));
  return read_file(path.name()).value();
}

TEST_F(PackedCacheTest, ATraceIsTheSameWithAndWithoutIt) {
  const Bytes without = trace_of(path_, nullptr);
  EXPECT_EQ(trace_of(path_, open()), without);
  const std::size_t made = entries().size();
  EXPECT_EQ(trace_of(path_, open()), without);
  EXPECT_EQ(entries().size(), made);
  const auto reader = Reader::open(path_.name()).value();
  Bytes read(kDataBytes);
  ASSERT_TRUE(reader->read_content(ContentId{3}, 0, read));
  EXPECT_EQ(read, some_data(kDataBytes));
}

TEST_F(PackedCacheTest, PacksBetterWhatWasPackedInHaste) {
  Bytes data = some_data(1);
  for (std::size_t i = 0; i < data.size(); ++i)
    data[i] &= std::byte{static_cast<unsigned char>(i % 7)};
  ask(data);
  const auto used = fs::file_time_type::clock::now() - std::chrono::hours(30);
  fs::last_write_time(entries().at(0), used);
  const auto cache = open();
  EXPECT_EQ(cache->pack_better(), 1u);
  EXPECT_EQ(fs::last_write_time(entries().at(0)), used) << "it has not been used by that";
  EXPECT_EQ(cache->pack_better(), 0u);
  EXPECT_EQ(entries().size(), 1u);
  const auto [better, is_known] = ask(data);
  EXPECT_TRUE(is_known);
  EXPECT_LT(better.size(), packed(data).size());
  EXPECT_EQ(unpack_blocks(better, data.size()), data);
  Bytes blocks;
  cache->append_blocks(blocks, data);
  EXPECT_EQ(cache->use().hasty, 0u);
}

TEST_F(PackedCacheTest, PacksNothingBetterThatIsDamaged) {
  ask(some_data(1));
  const fs::path entry = entries().at(0);
  Bytes damaged = read_file(entry).value();
  damaged.back() ^= std::byte{1};
  ASSERT_TRUE(write_file(entry, damaged));
  EXPECT_EQ(open()->pack_better(), 0u);
  EXPECT_EQ(read_file(entry).value(), damaged);
}

TEST(Blocks, AreUnpackedOnlyIfTheyAreWhole) {
  const Bytes data = some_data(1);
  for (const Effort effort : {Effort::kLittle, Effort::kMuch}) {
    Bytes blocks;
    pack_blocks(blocks, data, effort);
    EXPECT_EQ(unpack_blocks(blocks, data.size()), data);
    EXPECT_FALSE(unpack_blocks(blocks, data.size() - 1));
    EXPECT_FALSE(unpack_blocks(blocks, data.size() + 1));
    EXPECT_FALSE(unpack_blocks(blocks, std::uint64_t{1} << 50));
    EXPECT_FALSE(unpack_blocks(ByteView(blocks).first(blocks.size() - 1), data.size()));
    blocks.push_back(std::byte{0});
    EXPECT_FALSE(unpack_blocks(blocks, data.size()));
  }
}

}  // namespace
}  // namespace mecrr
