#include "cli/text/recording_stats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <nlohmann/json.hpp>

namespace mecrr::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

Recording sample() {
  Recording recording;
  recording.duration = std::chrono::milliseconds(38);
  recording.trace.file_bytes = 2048;
  recording.trace.raw_bytes = 5120;
  recording.trace.content_file_bytes = 1024;
  recording.trace.content_bytes = 3072;
  recording.trace.cache = {.known = 2, .known_bytes = 2048, .added = 1, .hasty = 1};
  recording.trace.copied = {.copies = 3, .bytes = 7168};
  recording.stats.agent_calls = {{SYS_read, 3000}, {SYS_write, 1000}};
  recording.stats.batches = 8;
  recording.stats.batch_bytes = 8 * 4096;
  recording.stats.stops[{"call", SYS_open}] = 5;
  recording.stats.stops[{"would wait", SYS_read}] = 14;
  recording.stats.stops[{"signal", std::nullopt}] = 1;
  recording.stats.most_at_once = 2;
  recording.stats.patched_sites = 41;
  recording.stats.unpatched_sites["no room"] = 2;
  return recording;
}

TEST(RecordingStats, AreTables) {
  EXPECT_EQ(stats_text(sample()),
            "statistics\n"
            "duration        38 ms\n"
            "without a stop  4,000 calls in 8 batches (500.0 calls, 4.0 KiB each)\n"
            "stops           20\n"
            "at the same time 2 processes\n"
            "call sites      41 patched\n"
            "trace           2.0 KiB in the file, of 5.0 KiB (2.50 to 1)\n"
            "events          1.0 KiB in the file, of 2.0 KiB\n"
            "contents        1.0 KiB in the file, of 3.0 KiB\n"
            "packed before   2 of 3 large parts, 2.0 KiB of the contents\n"
            "stored before   7.0 KiB of data in 3 copies\n"
            "calls without a stop: 4,000\n"
            "          3,000  75.0%  read\n"
            "          1,000  25.0%  write\n"
            "stops: 20\n"
            "             14  70.0%  would wait           read\n"
            "              5  25.0%  call                 open\n"
            "              1   5.0%  signal\n"
            "call sites not patched: 2\n"
            "              2 100.0%  no room");
}

TEST(RecordingStats, LeaveOutEmptyTables) {
  const std::string text = stats_text({});
  EXPECT_THAT(text, HasSubstr("0 calls in 0 batches"));
  EXPECT_THAT(text, Not(HasSubstr("calls without a stop:")));
}

TEST(RecordingStats, GatherWhatIsRare) {
  Recording recording;
  for (std::uint32_t number = 0; number < 30; ++number) {
    recording.stats.agent_calls[number] = number < 20 ? 10 : 1;
  }
  EXPECT_THAT(stats_text(recording), HasSubstr("             10   4.8%  others"));
}

TEST(RecordingStats, AreJson) {
  const auto all = nlohmann::json::parse(stats_json(sample()));
  EXPECT_EQ(all["duration_us"], 38'000);
  EXPECT_EQ(all["without_stop"]["calls"]["read"], 3000);
  EXPECT_EQ(all["without_stop"]["batches"], 8);
  EXPECT_EQ(all["stops"].size(), 3u);
  EXPECT_EQ(all["call_sites"]["patched"], 41);
  EXPECT_EQ(all["call_sites"]["not_patched"]["no room"], 2);
  EXPECT_EQ(all["trace"]["content_bytes"], 3072);
  EXPECT_EQ(all["trace"]["copied_bytes"], 7168);
  EXPECT_EQ(all["packed_before"]["bytes"], 2048);
  for (const auto& stop : all["stops"])
    EXPECT_EQ(stop.contains("call"), stop["why"] != "signal") << stop;
}

}  // namespace
}  // namespace mecrr::cli
