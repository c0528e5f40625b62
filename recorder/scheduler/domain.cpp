#include "recorder/scheduler/domain.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace mecrr {

void Domain::queue(Tid task) {
  MECRR_CHECK(!has_turn(task) && std::ranges::find(ready_, task) == ready_.end(),
              "task {} is queued twice", task);
  ready_.push_back(task);
}

std::optional<Tid> Domain::give_turn() {
  if (!running_.empty() || ready_.empty()) return std::nullopt;
  const Tid task = ready_.front();
  ready_.pop_front();
  running_.insert(task);
  turn_began_ = Clock::now();
  return task;
}

void Domain::release(Tid task) {
  MECRR_CHECK(running_.erase(task) == 1, "task {} gives up a turn that it has not", task);
}

void Domain::unqueue(Tid task) { std::erase(ready_, task); }

void Domain::remove(Tid task) {
  running_.erase(task);
  unqueue(task);
}

void Domain::merge(Domain& other) {
  running_.merge(other.running_);
  for (const Tid task : std::exchange(other.ready_, {})) ready_.push_back(task);
}

bool Domain::slice_is_over() const { return others_wait() && Clock::now() - turn_began_ > kSlice; }

}  // namespace mecrr
