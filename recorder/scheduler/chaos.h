// A policy that provokes races: whom it takes next, how long turns are and where they end is
// chance (docs/chaos.md).
//
// Chance comes from a seed. The same seed does not make the same recording: what is ready when, and
// how far a task gets in a slice, is a matter of time.
#pragma once

#include <map>
#include <random>

#include "recorder/scheduler/policy.h"

namespace mecrr {

class Chaos final : public Policy {
 public:
  /// A turn that is ended by nothing else; the shortest and the longest.
  static constexpr std::chrono::microseconds kShortestTurn{50};
  static constexpr std::chrono::microseconds kLongestTurn{10'000};
  /// Whoever has been ready for so long is next.
  static constexpr std::chrono::milliseconds kLongestWait{200};
  /// For so long, at most, some are low and others not.
  static constexpr std::chrono::milliseconds kLongestPhase{100};

  explicit Chaos(std::uint64_t seed) : chance_(seed) {}

  std::optional<Tid> next(const std::deque<Tid>& ready, Clock::time_point now) override;
  Turn turn() override;

 private:
  std::uint64_t below(std::uint64_t end) { return chance_() % end; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  std::chrono::nanoseconds up_to(std::chrono::nanoseconds most);
  bool is_low(Tid task);
  void begin_phase(Clock::time_point now);

  std::mt19937_64 chance_;
  /// While others are ready, those that are low do not go on.
  std::map<Tid, bool> low_;
  Clock::time_point phase_ends_{};
  /// Until then they do not even if nobody else is.
  Clock::time_point only_others_until_{};
  std::map<Tid, Clock::time_point> ready_since_;
  Tid last_{};  // that was chosen
};

}  // namespace mecrr
