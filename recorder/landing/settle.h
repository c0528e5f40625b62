// Naming a moment of a task that has been stopped in its own code, at no call: a landing
// (docs/landing.md).
//
// The task is led on for some instructions, one by one. What they read is what tells the rounds of
// a loop apart, and goes into the landing; and they lead to a place where a replay can look for it
// cheaply.
#pragma once

#include <csignal>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "base/error.h"
#include "device/code/operands.h"
#include "device/device.h"
#include "device/registers.h"
#include "recorder/memory/space.h"
#include "recorder/ticks.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// How closely a task is looked at. An instruction that it is looked at costs some 30 µs.
enum class Look {
  kForSpinning,  ///< at forty, so that a loop that only waits for others is seen to
  kBriefly,      ///< at eight: what a landing needs
};

/// Whether a task has come to the same state again: it waits for others.
enum class Spins { kYes, kNo, kNotSeen };

/// The task stands at a place that has a name.
struct Landed {
  StoppedTask task;
  Registers registers;
  pb::Landing landing;
  Spins spins = Spins::kNotSeen;
};

/// A call, or another instruction that is an event, comes next anyway: the task stands before it.
struct AtEvent {
  StoppedTask task;
};

/// Something else stopped the task meanwhile.
struct Overtaken {
  Report report;
};

struct Settled {
  std::variant<Landed, AtEvent, Overtaken> outcome;
  /// That came meanwhile, oldest first, and have been suppressed.
  std::vector<siginfo_t> signals;
  /// That the task has made meanwhile, without a stop, as in Report::calls; of Overtaken too.
  Bytes calls;
};

class Settling {
 public:
  Settling(Device& device, Ticks& ticks) : device_(device), ticks_(ticks) {}

  /// Whether the instruction that the task stands at does the same when it is single-stepped.
  Result<bool> can_be_stepped(const StoppedTask& task);

  /// Of a task at Paused, or at Signaled (that signal is suppressed), of that process and address
  /// space.
  /// Nobody else of its domain runs meanwhile.
  /// @param chance  picks a place that tells something (telling_places.h); absent: one where a
  /// replay finds it cheaply
  Result<Settled> settle(StoppedTask task, Pid process, const Space& space, Look look,
                         std::optional<std::uint64_t> chance);

 private:
  Device& device_;
  Ticks& ticks_;
  OperandReader operands_;
};

}  // namespace mecrr
