// Wakes the recorder's thread, which waits for stops, at regular times: a task that makes its calls
// without stops would else keep its turn, and its log, for as long as it likes.
//
// They come less and less often while all goes on as it did: a tick costs a program on the same
// core some 50 µs.
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
  static constexpr std::chrono::milliseconds kLongestInterval{16};
  static constexpr std::chrono::microseconds kShort{300};

  /// For the calling thread, switched off.
  static Result<Ticks> create();
  Ticks(Ticks&& other) noexcept;
  Ticks& operator=(Ticks&&) = delete;
  ~Ticks();

  /// Whether there has been one since this was asked last.
  static bool has_ticked();

  /// If they are on already, they come as often as ever from now on.
  Result<void> turn_on();
  /// They are on, and come half as often from now on; the next one no later than in so long.
  Result<void> slow_down(std::chrono::nanoseconds latest);
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
  std::chrono::nanoseconds interval_{};  // zero: they are off
};

}  // namespace mecrr
