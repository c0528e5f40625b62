#include "recorder/stats.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include "tests/support/call_log_maker.h"

namespace mecrr {
namespace {

TEST(RecordingStats, CountCallsOfABatchByTheirNumber) {
  CallLogMaker log;
  log.call({.number = SYS_read}).written(0x1000, "text");
  log.call({.number = SYS_close}).call({.number = SYS_read});
  RecordingStats stats;
  stats.count_batch(log.records());
  stats.count_batch(log.records());
  EXPECT_EQ(stats.batches, 2u);
  EXPECT_EQ(stats.batch_bytes, 2 * log.records().size());
  EXPECT_EQ(stats.agent_calls,
            (std::map<std::uint32_t, std::uint64_t>{{SYS_read, 4}, {SYS_close, 2}}));
}

TEST(RecordingStats, TellStopsByReasonAndCall) {
  RecordingStats stats;
  SystemCall call{.number = SYS_read, .arguments = {}};
  for (const Stop& stop : {Stop{Called{call}}, Stop{Returned{call, 0}}, Stop{Called{call}}}) {
    const auto [why, number] = reason_of(stop);
    stats.count_stop(why, number);
  }
  stats.count_stop(text_of(agent::Abandoned::kWaits), SYS_read);
  EXPECT_EQ(stats.stops.at({"call", SYS_read}), 2u);
  EXPECT_EQ(stats.stops.at({"return from a call", SYS_read}), 1u);
  EXPECT_EQ(stats.stops.at({"would wait", SYS_read}), 1u);
}

}  // namespace
}  // namespace mecrr
