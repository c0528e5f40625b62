#include "recorder/scheduler/chaos.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace mecrr {
namespace {

/// One task in so many is low.
constexpr std::uint64_t kLowOneIn = 4;
/// In one phase of so many, those do not go on even if nobody else is ready.
constexpr std::uint64_t kHeldBackOneIn = 4;
/// One turn in so many can end at a call; and one of so many of those does after a number of them.
constexpr std::uint64_t kAtCallOneIn = 2;
constexpr std::uint64_t kByCallsOneIn = 2;
constexpr std::uint64_t kMostCallBits = 6;

}  // namespace

std::optional<Tid> Chaos::next(const std::deque<Tid>& ready, Clock::time_point now) {
  if (now >= phase_ends_) begin_phase(now);
  for (const Tid task : ready) ready_since_.try_emplace(task, now);
  const Tid first = *std::ranges::min_element(ready, {}, [&](Tid t) { return ready_since_.at(t); });
  std::vector<Tid> able(ready.begin(), ready.end());
  std::erase_if(able, [&](Tid task) { return is_low(task); });
  if (now - ready_since_.at(first) >= kLongestWait) {
    able = {first};
  } else if (able.empty() && now < only_others_until_) {
    return std::nullopt;
  } else if (able.empty()) {
    able.assign(ready.begin(), ready.end());
  }
  // A turn that has been ended is to have been ended.
  if (able.size() > 1) std::erase(able, last_);
  const Tid chosen = able[below(able.size())];
  ready_since_.erase(chosen);
  last_ = chosen;
  return chosen;
}

Turn Chaos::turn() {
  // As many turns between 0.1 and 1 ms as between 1 and 10.
  constexpr std::uint64_t kSteps = 1 << 20;
  const double ratio = static_cast<double>(kLongestTurn / kShortestTurn);
  const double factor = std::pow(ratio, static_cast<double>(below(kSteps)) / kSteps);
  const auto slice = std::chrono::duration_cast<std::chrono::nanoseconds>(kShortestTurn * factor);
  Turn turn{.until_call = {},
            .computing = slice,
            .passes_on = true,
            .minds_waiting = true,
            .chance = chance_()};
  if (!one_in(kAtCallOneIn)) return turn;
  turn.until_call = slice;
  if (one_in(kByCallsOneIn))
    turn.calls =
        static_cast<std::uint32_t>(1 + below(std::uint64_t{1} << below(kMostCallBits + 1)));
  return turn;
}

std::chrono::nanoseconds Chaos::up_to(std::chrono::nanoseconds most) {
  return std::chrono::nanoseconds(below(static_cast<std::uint64_t>(most.count())));
}

bool Chaos::is_low(Tid task) {
  const auto [entry, is_new] = low_.try_emplace(task);
  if (is_new) entry->second = one_in(kLowOneIn);
  return entry->second;
}

void Chaos::begin_phase(Clock::time_point now) {
  low_.clear();
  const std::chrono::nanoseconds length = up_to(kLongestPhase);
  phase_ends_ = now + length;
  if (one_in(kHeldBackOneIn))
    only_others_until_ = now + up_to(length + std::chrono::nanoseconds(1));
}

}  // namespace mecrr
