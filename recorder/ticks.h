// Wakes the recorder's thread, which waits for stops, at regular times: a task that makes its calls
// without stops would else keep its turn, and its log, for as long as it likes.
//
// A timer sends the thread a real-time signal, so that its wait ends early (Device::wait). One that
// comes while the thread does not wait is remembered: else a program's own timer, which keeps the
// thread busy at the same times, could make all of them be lost. Programs that are recorded inherit
// neither timer nor handler.
#pragma once

#include <chrono>
#include <csignal>
#include <ctime>

#include "base/error.h"

namespace mecrr {

class Ticks {
 public:
  static constexpr std::chrono::milliseconds kInterval{2};
  static constexpr std::chrono::microseconds kShort{300};

  /// For the calling thread, switched off.
  static Result<Ticks> create();
  Ticks(Ticks&& other) noexcept;
  Ticks& operator=(Ticks&&) = delete;
  ~Ticks();

  /// Whether there has been one since this was asked last.
  static bool has_ticked();

  Result<void> turn_on();
  /// The next one comes after kShort; those behind it as ever. They must be turned on.
  Result<void> hasten();
  Result<void> turn_off();
  /// Switched on, the next one comes no later than in so long.
  Result<void> come_within(std::chrono::nanoseconds delay);

 private:
  Ticks() = default;

  Result<void> set(std::chrono::nanoseconds first, std::chrono::nanoseconds interval);

  timer_t timer_{};
  struct sigaction before_{};
  bool is_owner_ = false;
  bool is_on_ = false;
};

}  // namespace mecrr
