// The writer while it writes: what is in the file when, and what happens when it cannot write.
#include "trace-format/writer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <random>
#include <thread>
#include <utility>

#include "base/files.h"
#include "tests/trace-format/failing_sink.h"
#include "tests/trace-format/sample.h"
#include "trace-format/limits.h"

namespace mecrr {
namespace {

using testing::HasSubstr;

Writer create(const TemporaryPath& path) {
  return Writer::create(path.name(), IfExists::kFail, sample_header()).value();
}

// Text that LZ4 cannot shorten.
std::string noise(std::size_t size) {
  static std::mt19937_64 random(1);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

TEST(Writer, PutsTheHeaderIntoTheFileAtOnce) {
  const TemporaryPath path;
  const Writer writer = create(path);
  const std::unique_ptr<Reader> reader = Reader::open(path.name()).value();
  EXPECT_EQ(reader->header().recorder(), "mecrr of a test");
  EXPECT_EQ(reader->event_count(), 0u);
}

TEST(Writer, FlushMakesAllThatWasAddedReadable) {
  const TemporaryPath path;
  Writer writer = create(path);
  const StreamId stream = writer.begin_stream();
  writer.add(stream, image_event());
  for (int round = 1; round <= 3; ++round) {
    for (int i = 0; i < 1000; ++i) writer.add(stream, small_event());
    writer.flush();
    const std::unique_ptr<Reader> reader = Reader::open(path.name()).value();
    EXPECT_EQ(reader->event_count(), 1u + 1000u * static_cast<unsigned>(round));
    EXPECT_THAT(reader->damage()->message, HasSubstr("has no ending: the recorder was killed"));
  }
}

TEST(Writer, WritesAnEventWithoutBeingAskedTo) {
  const TemporaryPath path;
  Writer writer = create(path);
  const auto start = std::chrono::steady_clock::now();
  writer.add(writer.begin_stream(), image_event());
  while (Reader::open(path.name()).value()->event_count() == 0) sched_yield();
  EXPECT_GE(std::chrono::steady_clock::now() - start, kFlushInterval);
}

TEST(Writer, LeavesAReadableFileWhenItIsNotFinished) {
  const TemporaryPath path;
  {
    Writer writer = create(path);
    add_sample(writer, 5000, Contents::kSmall);
  }
  const std::unique_ptr<Reader> reader = Reader::open(path.name()).value();
  EXPECT_EQ(read_everything(*reader).value(), 10'002u);
  EXPECT_FALSE(reader->ending());
  struct stat status{};
  ASSERT_EQ(stat(path.name().c_str(), &status), 0);
  EXPECT_LE(status.st_blocks * 512, status.st_size + 65536);  // nothing stays reserved
}

TEST(Writer, WritesEventsLargerThanAFlush) {
  const TemporaryPath path;
  Writer writer = create(path);
  const StreamId stream = writer.begin_stream();
  writer.add(stream, image_event());
  const std::string data = noise(3'000'000);
  writer.add(stream, read_event(data));
  writer.add(stream, read_event(std::string(100'000'000, 'x')));
  writer.add(stream, small_event());
  const WrittenTrace written = std::move(writer).finish(sample_ending()).value();
  EXPECT_EQ(written.events, 4u);
  EXPECT_EQ(written.streams, 1u);
  EXPECT_GT(written.raw_bytes + written.copied.bytes, 103'000'000u);
  const std::unique_ptr<Reader> reader = Reader::open(path.name()).value();
  EventCursor cursor = reader->events(stream, EventId{1}).value();
  EXPECT_EQ(cursor.next().value()->call().outcome().write(0).data(), data);
  EXPECT_EQ(cursor.next().value()->call().outcome().write(0).data().size(), 100'000'000u);
  EXPECT_EQ(reader->sizes().file, written.file_bytes);
}

TEST(Writer, DoesNotReplaceAFileUnlessItIsTold) {
  const TemporaryPath path;
  ASSERT_TRUE(write_file(path.name(), as_bytes("precious")));
  const Result<Writer> refused = Writer::create(path.name(), IfExists::kFail, sample_header());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, EEXIST);
  EXPECT_EQ(read_text_file(path.name()).value(), "precious");
  EXPECT_TRUE(Writer::create(path.name(), IfExists::kReplace, sample_header()));
  EXPECT_TRUE(Reader::open(path.name()));
}

TEST(Writer, WhoReadsAReplacedFileGoesOnReadingIt) {
  const TemporaryPath path;
  {
    Writer writer = create(path);
    add_sample(writer, 1000, Contents::kSmall);
    ASSERT_TRUE(std::move(writer).finish(sample_ending()));
  }
  const std::unique_ptr<Reader> reader = Reader::open(path.name()).value();
  EXPECT_TRUE(Writer::create(path.name(), IfExists::kReplace, sample_header()));
  EXPECT_EQ(read_everything(*reader).value(), 2002u);
}

TEST(Writer, ReplacesNothingButFiles) {
  EXPECT_EQ(Writer::create("/dev/null", IfExists::kReplace, sample_header()).error().code, EEXIST);
  EXPECT_EQ(Writer::create("/nowhere/trace.pb", IfExists::kReplace, sample_header()).error().code,
            ENOENT);
}

TEST(Writer, NamesAnEventThatNoReaderWouldTake) {
  const TemporaryPath path;
  Writer writer = create(path);
  const StreamId stream = writer.begin_stream();
  writer.add(stream, image_event());
  writer.flush();
  pb::Event wrong = small_event();
  wrong.mutable_call()->clear_outcome();
  writer.add(stream, wrong);
  writer.flush();
  ASSERT_TRUE(writer.failure());
  EXPECT_THAT(writer.failure()->message, HasSubstr("event 1 of stream 1: call: it has no outcome"));
  EXPECT_FALSE(std::move(writer).finish(sample_ending()));
  const std::unique_ptr<Reader> reader = Reader::open(path.name()).value();
  EXPECT_EQ(reader->ending()->reason(), pb::Ending::RECORDER_FAILED);
  EXPECT_EQ(reader->event_count(), 1u);
}

// ---- a queue that is full

TEST(Writer, WaitsWithAddingWhenTheDiskIsSlow) {
  auto gate = std::make_shared<Gate>();
  Writer writer = Writer::create(std::make_unique<FailingSink>(FailingSink::Plan{.gate = gate}),
                                 "x", sample_header())
                      .value();
  gate->close();
  constexpr std::uint64_t kEventBytes = 1024 * 1024;
  constexpr std::uint64_t kEvents = 2 * kMaxQueuedBytes / kEventBytes;
  std::atomic<std::uint64_t> added = 0;
  std::thread adding([&] {
    const StreamId stream = writer.begin_stream();
    writer.add(stream, image_event());
    for (std::uint64_t i = 0; i < kEvents; ++i, ++added) {
      writer.add(stream, read_event(std::string(kEventBytes, 'x')));
    }
    writer.flush();
  });
  while (added < kMaxQueuedBytes / kEventBytes - 1) sched_yield();  // it gets that far
  EXPECT_LE(added, kMaxQueuedBytes / kEventBytes);
  gate->open();
  adding.join();
  EXPECT_EQ(added, kEvents);
  EXPECT_FALSE(writer.failure());
}

// ---- disks that fail

struct Failing {
  const char* name;
  int code;
  std::uint64_t capacity;  // bytes that the sink takes
};
class WriterOnAFailingDisk : public testing::TestWithParam<Failing> {};

TEST_P(WriterOnAFailingDisk, LeavesAGoodTraceThatSaysSo) {
  auto file = std::make_shared<Bytes>();
  Writer writer =
      Writer::create(std::make_unique<FailingSink>(FailingSink::Plan{
                         .capacity = GetParam().capacity, .code = GetParam().code, .file = file}),
                     "x", sample_header())
          .value();
  const StreamId stream = writer.begin_stream();
  writer.add(stream, image_event());
  while (!writer.failure()) writer.add(stream, read_event(noise(10'000)));
  EXPECT_EQ(writer.failure()->code, GetParam().code);
  const Result<WrittenTrace> written = std::move(writer).finish(sample_ending());
  ASSERT_FALSE(written);
  const std::unique_ptr<Reader> reader = open_bytes(*file).value();
  EXPECT_FALSE(reader->damage()) << *reader->damage();
  ASSERT_TRUE(reader->ending());
  EXPECT_EQ(reader->ending()->reason(), pb::Ending::TRACE_NOT_WRITABLE);
  EXPECT_THAT(reader->ending()->message(), HasSubstr("the disk of a test"));
  EXPECT_EQ(read_everything(*reader).value(), reader->ending()->events());
  // Of what fits, no more is given up than the ending and the index need.
  EXPECT_GT(file->size() + 2 * kFlushBytes, GetParam().capacity);
}

INSTANTIATE_TEST_SUITE_P(Disks, WriterOnAFailingDisk,
                         testing::Values(Failing{"Full", ENOSPC, 1'000'000},
                                         Failing{"OverQuota", EDQUOT, 3'000'000},
                                         Failing{"TooLongAFile", EFBIG, 1'234'567}),
                         [](const auto& info) { return info.param.name; });

TEST(WriterOnAFullDisk, LeavesAGoodTraceWhateverTheSize) {
  for (std::uint64_t capacity = 500; capacity < 600'000; capacity += 9'973) {
    auto file = std::make_shared<Bytes>();
    Result<Writer> writer = Writer::create(std::make_unique<FailingSink>(FailingSink::Plan{
                                               .capacity = capacity, .code = ENOSPC, .file = file}),
                                           "x", sample_header());
    ASSERT_TRUE(writer) << writer.error();
    const StreamId stream = writer->begin_stream();
    writer->add(stream, image_event());
    while (!writer->failure()) {
      writer->add(stream, read_event(noise(5000)));
      writer->flush();
    }
    EXPECT_FALSE(std::move(*writer).finish(sample_ending()));
    const std::unique_ptr<Reader> reader = open_bytes(*file).value();
    EXPECT_TRUE(read_everything(*reader)) << capacity;
    EXPECT_TRUE(reader->ending() || capacity < 20'000) << capacity;
  }
}

TEST(WriterOnABrokenDisk, LeavesWhatIsThereReadable) {
  auto file = std::make_shared<Bytes>();
  Writer writer = Writer::create(std::make_unique<FailingSink>(FailingSink::Plan{
                                     .capacity = 1'000'000, .code = EIO, .file = file}),
                                 "x", sample_header())
                      .value();
  const StreamId stream = writer.begin_stream();
  writer.add(stream, image_event());
  while (!writer.failure()) writer.add(stream, read_event(noise(10'000)));
  EXPECT_FALSE(std::move(writer).finish(sample_ending()));
  const std::unique_ptr<Reader> reader = open_bytes(*file).value();
  EXPECT_FALSE(reader->ending());  // not even that could be written
  EXPECT_GT(read_everything(*reader).value(), 50u);
}

TEST(WriterOnAFullDisk, FailsToBeginWhenTheHeaderDoesNotFit) {
  const Result<Writer> writer = Writer::create(
      std::make_unique<FailingSink>(FailingSink::Plan{.capacity = 10, .code = ENOSPC}), "x",
      sample_header());
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, ENOSPC);
}

TEST(WriterUnderALimitOfFileSize, LeavesAGoodTraceAndTheProgramAlive) {
  const TemporaryPath path;
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit limit{.rlim_cur = 700'000, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  Writer writer = create(path);
  const StreamId stream = writer.begin_stream();
  writer.add(stream, image_event());
  while (!writer.failure()) writer.add(stream, read_event(noise(10'000)));
  EXPECT_EQ(writer.failure()->code, EFBIG);
  EXPECT_FALSE(std::move(writer).finish(sample_ending()));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  const std::unique_ptr<Reader> reader = Reader::open(path.name()).value();
  EXPECT_FALSE(reader->damage());
  EXPECT_EQ(reader->ending()->reason(), pb::Ending::TRACE_NOT_WRITABLE);
  EXPECT_EQ(read_everything(*reader).value(), reader->ending()->events());
  EXPECT_GT(reader->ending()->events(), 20u);
}

// A file system of 2 MB, seen by this process only.
class SmallDisk : public testing::Test {
 protected:
  void SetUp() override {
    const int spaces = geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
    if (unshare(spaces) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
      GTEST_SKIP() << "may not mount here: " << strerror(errno);
    }
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    if (mount("none", folder_.c_str(), "tmpfs", 0, "size=2m") != 0) {
      GTEST_SKIP() << "may not mount here: " << strerror(errno);
    }
  }
  void TearDown() override {
    (void)umount2(folder_.c_str(), MNT_DETACH);  // it may not have been mounted
    (void)rmdir(folder_.c_str());
  }

  std::string folder_ = "/tmp/mecrr-small-disk.XXXXXX";
};

TEST_F(SmallDisk, ThatIsFullEndsInAGoodTraceWithItsEndingAndIndex) {
  const std::string path = folder_ + "/trace.pb";
  Writer writer = Writer::create(path, IfExists::kFail, sample_header()).value();
  const StreamId stream = writer.begin_stream();
  writer.add(stream, image_event());
  while (!writer.failure()) writer.add(stream, read_event(noise(10'000)));
  EXPECT_EQ(writer.failure()->code, ENOSPC);
  EXPECT_THAT(writer.failure()->message, HasSubstr("No space left on device"));
  EXPECT_FALSE(std::move(writer).finish(sample_ending()));
  const std::unique_ptr<Reader> reader = Reader::open(path).value();
  EXPECT_FALSE(reader->damage());
  EXPECT_EQ(reader->ending()->reason(), pb::Ending::TRACE_NOT_WRITABLE);
  EXPECT_EQ(read_everything(*reader).value(), reader->ending()->events());
  const Bytes bytes = read_file(path).value();
  EXPECT_EQ(as_text(ByteView(bytes).last(8)), "mecrridx");
}

// ---- kill -9

TEST(KilledWriter, LeavesEverythingUpToItsLastFlush) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 20; ++round) {
    const TemporaryPath path;
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd from(ends[0]);
    UniqueFd to(ends[1]);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      Writer writer = create(path);
      const StreamId first = writer.begin_stream();
      const StreamId second = writer.begin_stream();
      writer.add(first, image_event());
      writer.add(second, image_event(1));
      for (std::uint64_t flushed = 2;; flushed += 2000) {
        writer.flush();
        if (!write_all(to.get(), object_bytes(flushed))) _exit(1);
        for (int i = 0; i < 1000; ++i) {
          writer.add(first, read_event(noise(200)));
          writer.add(second, small_event());
        }
      }
    }
    to.reset();
    std::uint64_t flushed = 0;
    for (std::uint64_t i = 0; i <= random() % 20; ++i) {
      ASSERT_TRUE(read_exact(from.get(), object_bytes(flushed)));
    }
    ASSERT_EQ(kill(child, SIGKILL), 0);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
    const std::unique_ptr<Reader> reader = Reader::open(path.name()).value();
    EXPECT_GE(reader->event_count(), flushed);
    EXPECT_EQ(read_everything(*reader).value(), reader->event_count());
    EXPECT_TRUE(reader->damage());
  }
}

}  // namespace
}  // namespace mecrr
