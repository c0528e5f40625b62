// Who of a domain goes on next, for how long, and where it may be stopped: what the scheduler
// (turns.cpp, record_landing.cpp) asks, and does not decide.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/ids.h"

namespace mecrr {

/// What a task may do with its turn while others wait for theirs.
struct Turn {
  /// A call that it makes after so long ends it; absent: only what it does between calls does.
  std::optional<std::chrono::nanoseconds> until_call{};
  /// After so long it is stopped, wherever it computes.
  std::chrono::nanoseconds computing{};
  /// So many calls end it, however soon, and each of them is a stop; absent: calls do not count.
  std::optional<std::uint32_t> calls{};
  /// Of a task that waits before its turn is over: whether whoever is next has only what is left.
  /// Else tasks that wait for each other all the time are never switched anywhere else.
  bool passes_on = false;
  /// Whether tasks that wait in calls count as others: the kernel may have woken one already.
  bool minds_waiting = false;
  /// What picks the place where it is stopped when it computes; absent: where a replay finds it
  /// most cheaply.
  std::optional<std::uint64_t> chance{};
};

class Policy {
 public:
  using Clock = std::chrono::steady_clock;

  virtual ~Policy() = default;
  /// @param ready  the one that has been so for longest first; not empty
  /// @return one of them; or nothing: none goes on for now, and it is asked again soon
  virtual std::optional<Tid> next(const std::deque<Tid>& ready, Clock::time_point now) = 0;
  /// Of a task that gets its turn.
  virtual Turn turn() = 0;
};

/// Everybody in order, for as long as makes switches cheap.
class PlainPolicy final : public Policy {
 public:
  static constexpr std::chrono::milliseconds kUntilCall{10};

  explicit PlainPolicy(std::chrono::nanoseconds computing) : computing_(computing) {}
  std::optional<Tid> next(const std::deque<Tid>& ready, Clock::time_point) override {
    return ready.front();
  }
  Turn turn() override { return {.until_call = kUntilCall, .computing = computing_}; }

 private:
  std::chrono::nanoseconds computing_;
};

}  // namespace mecrr
