// Keeps the device's thread and the tasks that it answers on one processor. One of them waits while
// the other runs, so nothing is lost by that; and a stop that does not wake another processor costs
// a sixth (docs/performance.md).
//
// Which processor is for the kernel to say: each tenth of a second the thread is let go for one
// stop, and stays where it wakes; unless another thread of ours is kept there, and fewer elsewhere.
#pragma once

#include <sched.h>

#include <chrono>

#include "base/ids.h"

namespace mecrr::ptrace {

class OneProcessor {
 public:
  static constexpr int kAnywhere = -1;

  OneProcessor();
  /// The thread may run again wherever it could.
  ~OneProcessor();
  OneProcessor(const OneProcessor&) = delete;
  OneProcessor& operator=(const OneProcessor&) = delete;

  /// Where the thread is kept from now on; kAnywhere if it is not, at the moment. For whoever moves
  /// tasks by himself.
  int settle();

  /// Before `task` is resumed. Where the kernel does not allow it, all stay where they are.
  /// @param at  the processor that the task is kept on, or kAnywhere
  void take_along(Tid task, int& at);

 private:
  using Clock = std::chrono::steady_clock;

  bool keep(Tid task, int processor) const;
  void choose();
  void leave();
  int best_instead_of(int here) const;

  cpu_set_t allowed_{};  // to the thread at first
  bool is_possible_ = false;
  int chosen_ = kAnywhere;  // where the thread is kept
  Clock::time_point choose_again_{};
};

}  // namespace mecrr::ptrace
