// The processor time that a process has used.
#pragma once

#include <chrono>
#include <ctime>
#include <optional>

#include "base/error.h"
#include "base/ids.h"

namespace mecrr {

class ProcessClock {
 public:
  static Result<ProcessClock> of(Pid process);

  /// Empty if the process is gone.
  std::optional<std::chrono::nanoseconds> now() const;
  /// For timer_create(2).
  clockid_t id() const { return id_; }

 private:
  explicit ProcessClock(clockid_t id) : id_(id) {}

  clockid_t id_;
};

}  // namespace mecrr
