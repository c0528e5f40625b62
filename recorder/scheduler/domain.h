// Whose turn it is among the tasks that can touch the same writable memory.
//
// A task has the turn while it runs the program's code, or is in a call that has not been found to
// wait. Others are ready, queued in order, or wait in calls and are not known here.
//
//            queue()            give_turn()              release()
//   (stops) ─────────> ready ──────────────> has turn ──────────────> (waits, or is stopped again)
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <set>

#include "base/ids.h"

namespace mecrr {

class Domain {
 public:
  using Clock = std::chrono::steady_clock;

  /// How long a task keeps its turn while others wait for theirs; looked at when it makes calls.
  static constexpr std::chrono::milliseconds kSlice{10};

  void queue(Tid task);
  /// The task that goes on now, which has the turn from here on; empty if somebody has it, or
  /// nobody is ready.
  std::optional<Tid> give_turn();
  /// The task with the turn gives it up.
  void release(Tid task);
  /// The task, if it is ready, will not go on after all. A turn that it has it keeps.
  void unqueue(Tid task);
  /// The task is gone, wherever it was.
  void remove(Tid task);
  /// Two domains have become one: takes over all tasks of `other`, which is empty afterwards.
  void merge(Domain& other);

  bool has_turn(Tid task) const { return running_.contains(task); }
  bool others_wait() const { return !ready_.empty(); }
  /// Whether the task with the turn should let others go on, now that it makes a call.
  bool slice_is_over() const;
  /// How long it has had the turn.
  Clock::duration turn() const { return Clock::now() - turn_began_; }

  /// Tasks with the turn: one, but for the moment after two domains have become one.
  const std::set<Tid>& running() const { return running_; }

 private:
  std::set<Tid> running_;
  std::deque<Tid> ready_;
  Clock::time_point turn_began_{};
};

}  // namespace mecrr
