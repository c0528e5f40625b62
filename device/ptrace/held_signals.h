// Keeping signals from a task while it does something for us.
#pragma once

#include <csignal>

#include "base/error.h"
#include "base/ids.h"
#include "device/ptrace/requests.h"

namespace mecrr::ptrace {

/// Blocks all signals of a stopped task but SIGTRAP, which the mecrr page's int3 raises. (An
/// instruction that raises a blocked SIGTRAP would reset the program's handler:
/// force_sig_info_to_task() in kernel/signal.c.)
class HeldSignals {
 public:
  static Result<HeldSignals> hold(Tid tid) {
    const std::uint64_t mask = TRY(signal_mask(tid));
    TRY(set_signal_mask(tid, ~(std::uint64_t{1} << (SIGTRAP - 1))));
    return HeldSignals(tid, mask);
  }
  /// Gives the task back the signal mask that it had.
  [[nodiscard]] Result<void> release() && { return set_signal_mask(tid_, mask_); }

 private:
  HeldSignals(Tid tid, std::uint64_t mask) : tid_(tid), mask_(mask) {}
  Tid tid_;
  std::uint64_t mask_;
};

}  // namespace mecrr::ptrace
