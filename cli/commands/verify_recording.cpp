#include "cli/commands/verify_recording.h"

#include <fmt/format.h>

#include <optional>
#include <set>

#include "cli/output.h"
#include "cli/text/quantity.h"
#include "device/ptrace/ptrace_device.h"
#include "replayer/landing/referee.h"
#include "replayer/replay.h"
#include "trace-format/rewrite.h"

namespace mecrr::cli {
namespace {

/// How often it is replayed: words can let pass a moment that was not seen before.
constexpr int kMostReplays = 6;

/// @return nothing if it differs, which has been told
Result<std::optional<LandingCounts>> replay_once(const std::string& trace, Referee& referee) {
  const auto reader = TRY(Reader::open(trace));
  const std::unique_ptr<Device> device = PtraceDevice::create();
  ReplayOptions options;
  options.referee = &referee;
  const auto replay = TRY(Replay::open(*reader, *device, std::move(options)));
  const Advance advance = TRY(replay->run(Breakpoints::kIgnore));
  if (const auto* divergence = std::get_if<Divergence>(&advance)) {
    complain_at_length(report(*divergence, *replay, *reader));
    return std::nullopt;
  }
  return replay->landings();
}

/// Puts the words into the landings of the trace.
Result<void> correct(const std::string& trace,
                     const std::map<Order, std::vector<pb::Word>>& words) {
  std::set<Order> landings;
  for (const auto& [order, of_one] : words) landings.insert(order);
  return rewrite_events(trace, landings, [&words](pb::Event& event) {
    add_words(*event.mutable_landing(), words.at(Order(event.order())));
  });
}

/// What the first replay found, and the last.
void tell(const LandingCounts& first, const LandingCounts& last, std::size_t corrected) {
  std::string line =
      fmt::format("verified: {}, {} ambiguous, {} corrected",
                  counted(first.landings, "landing", "landings"), first.alike, corrected);
  if (first.wrong != 0)
    line += fmt::format("; wrong without memory compared: {} before, {} after", first.unsure,
                        last.unsure);
  complain(line);
}

}  // namespace

Result<bool> verify_recording(const std::string& trace) {
  Referee referee;
  std::set<Order> corrected;
  std::optional<LandingCounts> first;
  for (int replays = 1;; ++replays) {
    const std::optional<LandingCounts> counts = TRY(replay_once(trace, referee));
    if (!counts) return false;
    if (!first) first = counts;
    const auto& words = referee.words();
    bool goes_on =
        counts->wrong != 0 && replays < kMostReplays && (!words.empty() || referee.wants_more());
    if (goes_on && !words.empty()) {
      const Result<void> done = correct(trace, words);
      if (!done) complain(done.error());  // the trace is as good as it was
      goes_on = done.has_value();
      for (const auto& [order, of_one] : words) {
        if (done) corrected.insert(order);
      }
    }
    if (!goes_on) {
      tell(*first, *counts, corrected.size());
      return true;
    }
    referee.begin_again();
  }
}

}  // namespace mecrr::cli
