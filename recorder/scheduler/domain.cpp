#include "recorder/scheduler/domain.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace mecrr {

void Domain::queue(Tid task) {
  MECRR_CHECK(!has_turn(task) && std::ranges::find(ready_, task) == ready_.end(),
              "task {} is queued twice", task);
  ready_.push_back(task);
  in_calls_.erase(task);
}

std::optional<Tid> Domain::give_turn(Policy& policy) {
  if (!running_.empty() || ready_.empty()) return std::nullopt;
  const auto now = Clock::now();
  const std::optional<Tid> task = policy.next(ready_, now);
  if (!task) return std::nullopt;
  unqueue(*task);
  running_.insert(*task);
  given_ = now;
  if (is_over_ || !turn_.passes_on) begin_turn(policy);
  return task;
}

void Domain::begin_turn(Policy& policy) {
  turn_ = policy.turn();
  turn_began_ = Clock::now();
  is_over_ = false;
  calls_ = 0;
  in_vain_ = 0;
}

void Domain::release(Tid task) {
  MECRR_CHECK(running_.erase(task) == 1, "task {} gives up a turn that it has not", task);
  in_calls_.insert(task);
}

void Domain::end_turn(Tid task) {
  release(task);
  queue(task);
  is_over_ = true;
}

void Domain::unqueue(Tid task) { std::erase(ready_, task); }

void Domain::remove(Tid task) {
  running_.erase(task);
  in_calls_.erase(task);
  unqueue(task);
}

void Domain::merge(Domain& other) {
  running_.merge(other.running_);
  in_calls_.merge(other.in_calls_);
  for (const Tid task : std::exchange(other.ready_, {})) ready_.push_back(task);
}

bool Domain::stops_at_calls() const {
  return others_may_wait() && (turn_.calls || (turn_.minds_waiting && is_late()));
}

bool Domain::is_late() const {
  return slice_is_over() || (others_may_wait() && turn_length() >= turn_.computing);
}

bool Domain::slice_is_over() const {
  if (!others_may_wait()) return false;
  return (turn_.until_call && turn_length() > *turn_.until_call) ||
         (turn_.calls && calls_ >= *turn_.calls);
}

bool Domain::is_overdue() const {
  const bool is_worth_it = others_wait() || (others_may_wait() && in_vain_ == 0);
  return is_worth_it && turn_length() >= turn_.computing;
}

void Domain::goes_on_alone(Policy& policy) {
  constexpr std::uint32_t kMostInVain = 8;
  if (++in_vain_ > kMostInVain) begin_turn(policy);
}

}  // namespace mecrr
