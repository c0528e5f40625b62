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
