// Whose turn it is among the tasks that can touch the same writable memory.
//
// A task has the turn while it runs the program's code, or is in a call that has not been found to
// wait. Others are ready, queued in order, or wait in calls and are not known here.
//
//            queue()            give_turn()              release()
//   (stops) ─────────> ready ──────────────> has turn ──────────────> (waits, or is stopped again)
//                        ^                      |  end_turn()
//                        +----------------------+
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <set>

#include "base/ids.h"
#include "recorder/scheduler/policy.h"

namespace mecrr {

class Domain {
 public:
  using Clock = std::chrono::steady_clock;

  void queue(Tid task);
  /// The task that goes on now, which has the turn from here on; empty if somebody has it, nobody
  /// is ready, or the policy holds all of them back.
  std::optional<Tid> give_turn(Policy& policy);
  /// The task with the turn gives it up, since it waits.
  void release(Tid task);
  /// Its turn is over: it is ready again.
  void end_turn(Tid task);
  /// The task, if it is ready, will not go on after all. A turn that it has it keeps.
  void unqueue(Tid task);
  /// The task is gone, wherever it was.
  void remove(Tid task);
  /// What the task with the turn may do with it is decided anew.
  void begin_turn(Policy& policy);
  /// Two domains have become one: takes over all tasks of `other`, which is empty afterwards.
  void merge(Domain& other);

  bool has_turn(Tid task) const { return running_.contains(task); }
  bool others_wait() const { return !ready_.empty(); }
  /// Whether somebody is ready, or may be as far as that matters now (Turn::minds_waiting).
  bool others_may_wait() const {
    return others_wait() || (turn_.minds_waiting && !in_calls_.empty());
  }
  /// Whether somebody is ready, and nobody has the turn.
  bool holds_back() const { return running_.empty() && others_wait(); }
  /// The task with the turn makes a call that is a stop.
  void count_call() { ++calls_; }
  /// Whether each of its calls is to be one.
  bool stops_at_calls() const;
  /// Whether it should let others go on, now that it makes a call.
  bool slice_is_over() const;
  /// Whether its turn should end, in any way.
  bool is_late() const;
  /// Whether it should be stopped as soon as it computes.
  bool is_overdue() const;
  /// It should, but nobody else was ready: another turn of its own begins, unless those that wait
  /// may be woken by one of its next calls.
  void goes_on_alone(Policy& policy);
  /// What it may do, and how long it has had the turn.
  const Turn& turn() const { return turn_; }
  Clock::duration turn_length() const { return Clock::now() - turn_began_; }
  /// The same, but if it has been passed on, only since this task has it.
  Clock::duration had_for() const { return Clock::now() - given_; }

  /// Tasks with the turn: one, but for the moment after domains have become one. None of these can
  /// write to memory that another one sees: who mapped it so waits until all have given theirs up.
  const std::set<Tid>& running() const { return running_; }
  /// Tasks that have given their turn up, and are not ready again.
  const std::set<Tid>& in_calls() const { return in_calls_; }

 private:
  std::set<Tid> running_, in_calls_;
  std::deque<Tid> ready_;
  Turn turn_;
  Clock::time_point turn_began_{}, given_{};
  bool is_over_ = true;
  std::uint32_t calls_ = 0;    // since then
  std::uint32_t in_vain_ = 0;  // so often it should have ended
};

}  // namespace mecrr
