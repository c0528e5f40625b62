// Data that a trace has already: they are stored once, and read as if they were not.
#include "trace-format/stored_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "tests/support/call_log_maker.h"
#include "tests/trace-format/sample.h"
#include "trace-format/limits.h"

namespace mecrr {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kAround = 4096;  // what else is in the file

// Text that LZ4 cannot shorten.
std::string noise(std::size_t size) {
  static std::mt19937_64 random(7);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

std::uint64_t bytes_of_file(const TemporaryPath& path) {
  return read_file(path.name()).value().size();
}

pb::Event log_of_reads(const std::vector<std::string>& reads) {
  CallLogMaker log;
  for (const std::string& data : reads)
    log.call({.number = 0, .arguments = {3, 0x1000, data.size()}}).written(0x1000, data);
  return log.event(4711);
}

// A trace that is written, and read again from its file.
class StoredDataTest : public testing::Test {
 protected:
  StoredDataTest()
      : writer_(Writer::create(path_.name(), IfExists::kFail, sample_header()).value()),
        stream_(writer_.begin_stream()) {
    add(image_event());
  }

  void add(pb::Event event) { writer_.add(stream_, std::move(event)); }
  // In a frame of its own.
  void add_read(const std::string& data) {
    add(read_event(data));
    writer_.flush();
  }

  WrittenTrace finish() {
    const Result<WrittenTrace> written = std::move(writer_).finish(sample_ending());
    EXPECT_TRUE(written) << written.error();
    return written.value();
  }

  // What the calls of a stream have read, of those that have read anything.
  static std::vector<std::string> reads_of(Reader& reader, StreamId stream = StreamId{1},
                                           EventId from = EventId{0}) {
    std::vector<std::string> reads;
    EventCursor cursor = reader.events(stream, from).value();
    for (;;) {
      const Result<const pb::Event*> event = cursor.next();
      EXPECT_TRUE(event) << event.error();
      if (!event || *event == nullptr) return reads;
      for (const pb::Write& write : (*event)->call().outcome().write())
        reads.push_back(write.data());
    }
  }
  std::vector<std::string> reads() const { return reads_of(*Reader::open(path_.name()).value()); }

  const TemporaryPath path_;
  Writer writer_;
  const StreamId stream_;
};

TEST_F(StoredDataTest, WhatIsReadFiftyTimesIsStoredOnce) {
  const std::string data = noise(1 << 20);
  for (int i = 0; i < 50; ++i) add_read(data);
  const WrittenTrace written = finish();
  EXPECT_LT(written.file_bytes, data.size() + 50 * 200 + kAround);
  EXPECT_EQ(written.copied.copies, 49u);
  EXPECT_EQ(written.copied.bytes, 49u << 20);
  EXPECT_EQ(reads(), std::vector<std::string>(50, data));
}

TEST_F(StoredDataTest, SoIsWhatIsReadInPiecesOfOtherSizes) {
  const std::string data = noise(100'000);
  std::vector<std::string> all = {data};
  for (const std::size_t size : {4096u, 8192u, 65536u})
    for (std::size_t at = 0; at < data.size(); at += size) all.push_back(data.substr(at, size));
  for (const std::string& read : all) add_read(read);
  EXPECT_LT(finish().file_bytes, data.size() + all.size() * 200 + kAround);
  EXPECT_EQ(reads(), all);
}

TEST_F(StoredDataTest, SoIsWhatAnotherStreamHasRead) {
  const std::string data = noise(50'000);
  add_read(data);
  const StreamId other = writer_.begin_stream();
  writer_.add(other, image_event(1));
  writer_.add(other, read_event(data));
  EXPECT_LT(finish().file_bytes, data.size() + kAround);
  const std::unique_ptr<Reader> reader = Reader::open(path_.name()).value();
  EXPECT_EQ(reads_of(*reader, other), std::vector{data});  // alone: nothing else was loaded before
  EXPECT_EQ(reads_of(*reader), std::vector{data});
}

TEST_F(StoredDataTest, SoIsWhatAFileHasThatWasMapped) {
  const std::string data = noise(200'000);
  writer_.add_part(writer_.begin_content("/mapped"), 0, data);
  writer_.flush();
  add_read(data.substr(8192, 100'000));
  EXPECT_LT(finish().file_bytes, data.size() + kAround);
  EXPECT_EQ(reads(), std::vector{data.substr(8192, 100'000)});
}

TEST_F(StoredDataTest, SoIsWhatIsReadTwiceInOneFrame) {
  // Further apart than LZ4 looks back (64 KiB), and between data that are new.
  const std::vector<std::string> old = {noise(100'000), noise(600)};
  const std::vector<std::string> all = {old[0], old[1], noise(300), old[1], noise(5000), old[0]};
  add(log_of_reads(all));
  add(read_event(old[0]));
  EXPECT_LT(finish().file_bytes, 100'000 + 600 + 300 + 5000 + kAround);
  std::vector<std::string> expected = all;
  expected.push_back(old[0]);
  EXPECT_EQ(reads(), expected);
}

TEST_F(StoredDataTest, SoAreDataOfLogs) {
  const std::vector<std::string> some = {noise(20'000), "short", noise(513), noise(511)};
  for (int i = 0; i < 10; ++i) {
    add(log_of_reads(some));
    writer_.flush();
  }
  EXPECT_LT(finish().file_bytes, 20'000 + 513 + 10 * (511 + 500) + kAround);
  std::vector<std::string> expected;
  for (int i = 0; i < 10; ++i) expected.insert(expected.end(), some.begin(), some.end());
  EXPECT_EQ(reads(), expected);
}

TEST_F(StoredDataTest, SoIsWhatALogShows) {
  const std::string data = noise(50'000);
  CallLogMaker log;
  log.call({.number = 0, .arguments = {3, 0x1000, data.size()}}).written(0x1000, data);
  log.call({.number = 1, .arguments = {1, 0x1000, data.size()}, .output = pb::OUTPUT_STDOUT});
  log.shown(0x1000, data);
  add(log.event(4711));
  EXPECT_LT(finish().file_bytes, data.size() + kAround);
  const std::unique_ptr<Reader> reader = Reader::open(path_.name()).value();
  EventCursor cursor = reader->events(StreamId{1}, EventId{1}).value();
  const LoggedCalls logged = cursor.logged().value().value();
  EXPECT_TRUE(equal(logged.records, log.records()));
}

TEST_F(StoredDataTest, WithoutAnIndexItIsReadTheSame) {
  const std::string data = noise(50'000);
  for (int i = 0; i < 3; ++i) add_read(data);
  const std::unique_ptr<Reader> reader = Reader::open(path_.name()).value();
  EXPECT_THAT(reader->damage()->message, HasSubstr("the recorder was killed"));
  EXPECT_EQ(reads_of(*reader), std::vector<std::string>(3, data));
}

TEST_F(StoredDataTest, AReaderCanBeginBehindIt) {
  const std::string data = noise(50'000);
  for (int i = 0; i < 5; ++i) add_read(data);
  finish();
  for (std::uint64_t from = 5; from != 0; --from) {
    const std::unique_ptr<Reader> reader = Reader::open(path_.name()).value();
    EXPECT_EQ(reads_of(*reader, StreamId{1}, EventId{from}),
              std::vector<std::string>(6 - from, data));
  }
}

TEST_F(StoredDataTest, WhereverTheFileIsCutWhatIsLeftIsWhole) {
  const std::vector<std::string> some = {noise(3000), noise(1000)};
  for (int i = 0; i < 6; ++i) {
    add_read(some[0]);
    add(log_of_reads({some[1], noise(600), some[0]}));
    writer_.flush();
  }
  const Bytes whole = read_file(path_.name()).value();
  for (std::size_t bytes = 1000; bytes < whole.size(); bytes += 97) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(bytes));
    const std::unique_ptr<Reader> reader = open_bytes(cut).value();
    const std::uint64_t events = reader->event_count();
    EXPECT_EQ(read_everything(*reader).value(), events);
  }
}

TEST_F(StoredDataTest, ADamagedFrameIsToldByWhoeverCopiesFromIt) {
  const std::string data = noise(50'000);
  add_read(data);
  const std::uint64_t first_end = bytes_of_file(path_);
  add_read(data);
  finish();
  Bytes damaged = read_file(path_.name()).value();
  damaged[first_end - 1000] ^= std::byte{1};
  const std::unique_ptr<Reader> reader = open_bytes(damaged).value();
  EventCursor cursor = reader->events(StreamId{1}, EventId{2}).value();
  const Result<const pb::Event*> event = cursor.peek();
  ASSERT_FALSE(event);
  EXPECT_THAT(event.error().message, HasSubstr("the frame's checksum differs (file damaged)"));
  EXPECT_THAT(event.error().message, HasSubstr("events 0..1 can be replayed"));
}

TEST_F(StoredDataTest, ShortDataAreStoredEachTime) {
  const std::string data = noise(StoredData::kLeastBytes - 1);
  for (int i = 0; i < 3; ++i) add_read(data);
  EXPECT_EQ(finish().copied.copies, 0u);
  EXPECT_EQ(reads(), std::vector<std::string>(3, data));
}

TEST_F(StoredDataTest, AFrameDoesNotCopyFromMoreThanAReaderKeeps) {
  std::vector<std::string> all;
  for (int i = 0; i < 40; ++i) add_read(all.emplace_back(noise(1'000'000)));
  std::string some;
  for (const std::string& read : all) some += read.substr(0, 4096);
  add_read(all.emplace_back(some));
  EXPECT_EQ(finish().copied.copies, kMaxSourceBytes / 1'000'000);
  EXPECT_EQ(reads(), all);
}

TEST_F(StoredDataTest, AnEventOfManyMegabytesIsNotCopiedFrom) {
  const std::string data = noise(kMaxSourceBytes + 4096);
  for (int i = 0; i < 2; ++i) add_read(data);
  EXPECT_EQ(finish().copied.copies, 0u);
  EXPECT_EQ(reads(), std::vector<std::string>(2, data));
}

Hash128 hash_of(std::uint64_t number) { return hash128(object_bytes(number)); }

TEST(KnownBlocks, FindsWhatItWasTold) {
  KnownBlocks known;
  EXPECT_FALSE(known.find(hash_of(1)));
  for (std::uint32_t i = 1; i <= 1000; ++i) known.put(hash_of(i), {i, 2 * i});
  std::uint32_t found = 0;
  for (std::uint32_t i = 1; i <= 1000; ++i) {
    const auto place = known.find(hash_of(i));
    if (!place) continue;  // it had to leave
    EXPECT_EQ(place->frame, i);
    EXPECT_EQ(place->offset, 2 * i);
    ++found;
  }
  EXPECT_GT(found, 900u);
  known.put(hash_of(1000), {5, 6});
  EXPECT_EQ(known.find(hash_of(1000))->frame, 5u);
}

TEST(KnownBlocks, ForgetsSomeWhenThereAreManyAndFindsTheNewest) {
  KnownBlocks known;
  const auto many = static_cast<std::uint32_t>(2 * KnownBlocks::kMostBlocks);
  for (std::uint32_t i = 1; i <= many; ++i) {
    known.put(hash_of(i), {i, 0});
    ASSERT_TRUE(known.find(hash_of(i)));
  }
  std::size_t found = 0;
  for (std::uint32_t i = 1; i <= many; ++i) found += known.find(hash_of(i)) ? 1 : 0;
  EXPECT_LE(found, KnownBlocks::kMostBlocks);
  EXPECT_GE(found, KnownBlocks::kMostBlocks / 2);
}

}  // namespace
}  // namespace mecrr
