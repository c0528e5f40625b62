// How much processor time a process may use until it has come somewhere. Not time by the clock: a
// machine that is busy or asleep is no reason to give up.
#pragma once

#include <chrono>
#include <ctime>

#include "base/error.h"
#include "base/ids.h"
#include "base/process_clock.h"

namespace mecrr {

/// As long as there is one, the thread that made it is sent a signal when its limit is reached, so
/// that a wait ends early (Device::wait). A signal can come too soon to be noticed: another follows
/// each second of the process's time.
class ProcessorTime {
 public:
  static Result<ProcessorTime> limit(Pid process, std::chrono::nanoseconds more);
  ProcessorTime(ProcessorTime&& other) noexcept;
  ProcessorTime& operator=(ProcessorTime&&) = delete;
  ~ProcessorTime();

  /// Of a process that is gone: no.
  bool is_over() const;

 private:
  ProcessorTime(ProcessClock clock, std::chrono::nanoseconds end) : clock_(clock), end_(end) {}

  ProcessClock clock_;
  std::chrono::nanoseconds end_;
  timer_t timer_{};
  bool is_owner_ = false;
};

}  // namespace mecrr
