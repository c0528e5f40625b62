// A trace whose events are changed when it is finished: nothing else of it is, and it is there
// whatever fails.
#include "trace-format/rewrite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>

#include "base/check.h"
#include "base/files.h"
#include "tests/trace-format/sample.h"

namespace mecrr {
namespace {

using testing::HasSubstr;

constexpr int kEvents = 5000;

Bytes write_sample(const TemporaryPath& path) {
  const Bytes sample = sample_trace(kEvents, Contents::kLarge);
  MECRR_CHECK(write_file(path.name(), sample).has_value());
  return sample;
}

std::size_t files_beside(const TemporaryPath& path) {
  const auto folder = std::filesystem::path(path.name()).parent_path();
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

std::vector<std::string> all_events(Reader& reader, std::optional<Order> but = {}) {
  std::vector<std::string> all;
  for (const StreamInfo& stream : reader.streams()) {
    EventCursor cursor = reader.events(stream.id).value();
    while (const pb::Event* event = cursor.next().value()) {
      if (Order(event->order()) != but) all.push_back(event->SerializeAsString());
    }
  }
  return all;
}

// Frames of reads: of new data, of known ones, of what the frame before has and what it copies.
Bytes write_copies(const TemporaryPath& path) {
  std::vector<std::string> data;
  for (const char letter : {'a', 'b', 'c'}) {
    data.emplace_back();
    for (int i = 0; i < 5000; ++i) data.back() += fmt::format("{}{} ", letter, i * i);
    data.back().resize(40'960);  // whole blocks (stored_data.h)
  }
  Writer writer = Writer::create(path.name(), IfExists::kFail, sample_header()).value();
  const StreamId stream = writer.begin_stream();
  writer.add(stream, image_event());
  for (const auto& read : {data[0] + data[1], data[0], data[0] + data[2], data[2] + data[0]}) {
    writer.add(stream, read_event(read));
    writer.flush();
  }
  const WrittenTrace written = std::move(writer).finish(sample_ending()).value();
  EXPECT_EQ(written.copied.bytes, 3 * data[0].size() + data[2].size());
  return read_file(path.name()).value();
}

TEST(Rewrite, ChangesTheEventsThatAreMeantAndNothingElse) {
  const TemporaryPath path;
  write_sample(path);
  const Order meant(4711);
  std::vector<std::string> before;
  {
    const auto reader = Reader::open(path.name()).value();
    before = all_events(*reader, meant);
  }
  ASSERT_TRUE(rewrite_events(path.name(), {meant},
                             [](pb::Event& event) { event.set_elapsed_us(123'456'789); }));
  const auto reader = Reader::open(path.name()).value();
  EXPECT_FALSE(reader->damage());
  EXPECT_EQ(all_events(*reader, meant), before);
  const Reader::Place place = reader->place_of(meant).value();
  EventCursor cursor = reader->events(place.stream, place.event).value();
  EXPECT_EQ(cursor.peek().value()->elapsed_us(), 123'456'789u);
  EXPECT_EQ(read_everything(*reader).value(), reader->event_count());
  EXPECT_EQ(files_beside(path), 1u);
}

TEST(Rewrite, KeepsWhatCopiesStandForWhereverTheChangeIs) {
  for (std::uint64_t order = 1; order <= 4; ++order) {
    const TemporaryPath path;
    write_copies(path);
    const auto before = all_events(*Reader::open(path.name()).value(), Order(order));
    ASSERT_TRUE(rewrite_events(path.name(), {Order(order)}, [](pb::Event& event) {
      event.set_elapsed_us(123'456'789);  // longer than it was
    }));
    const auto reader = Reader::open(path.name()).value();
    EXPECT_FALSE(reader->damage());
    EXPECT_EQ(all_events(*reader, Order(order)), before) << order;
  }
}

TEST(Rewrite, OfNoEventsGivesTheSameFile) {
  const TemporaryPath path;
  const Bytes before = write_sample(path);
  ASSERT_TRUE(rewrite_events(path.name(), {}, [](pb::Event&) { FAIL(); }));
  EXPECT_TRUE(equal(read_file(path.name()).value(), before));
}

TEST(Rewrite, LeavesTheTraceWhereItFails) {
  const TemporaryPath path;
  const Bytes before = write_sample(path);
  const auto done =
      rewrite_events(path.name(), {Order(17)}, [](pb::Event& event) { event.set_order(18); });
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr(path.name()));
  EXPECT_TRUE(equal(read_file(path.name()).value(), before));
  EXPECT_EQ(files_beside(path), 1u);
}

TEST(Rewrite, LeavesTheTraceWhenTheDiskIsFull) {
  const TemporaryPath path;
  const Bytes before = write_sample(path);
  const auto old_action = ::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  const rlimit half{.rlim_cur = before.size() / 2, .rlim_max = limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &half), 0);
  const auto done = rewrite_events(path.name(), {Order(17)}, [](pb::Event&) {});
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  (void)::signal(SIGXFSZ, old_action);
  ASSERT_FALSE(done);
  EXPECT_TRUE(equal(read_file(path.name()).value(), before));
  EXPECT_EQ(files_beside(path), 1u);
}

TEST(Rewrite, RefusesATraceWhoseRecorderDied) {
  const TemporaryPath path;
  {
    Writer writer = Writer::create(path.name(), IfExists::kFail, sample_header()).value();
    add_sample(writer, 10, Contents::kNone);
  }
  const auto done = rewrite_events(path.name(), {Order(1)}, [](pb::Event&) {});
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("no index"));
}

}  // namespace
}  // namespace mecrr
