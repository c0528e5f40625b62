#include "replayer/parallel/ordered_output.h"

#include <algorithm>

#include "base/check.h"

namespace mecrr {

OrderedOutput::OrderedOutput(std::vector<Order> firsts, Hooks hooks, std::uint64_t limit)
    : firsts_(std::move(firsts)),
      hooks_(std::move(hooks)),
      limit_(limit),
      next_(std::make_unique<std::atomic<std::uint64_t>[]>(firsts_.size())) {
  for (std::size_t i = 0; i < firsts_.size(); ++i) next_[i].store(firsts_[i].value());
}

void OrderedOutput::begin(std::size_t unit) {
  const MutexLock lock(mutex_);
  MECRR_CHECK(unit == begun_, "{}, {}", unit, begun_);
  ++begun_;
  alive_.insert(unit);
}

// Whoever is about to wait says so in first_waiting_ before he looks at next_; here it is the other
// way round: one of both sees the other.
void OrderedOutput::at(std::size_t unit, Order next) {
  next_[unit].store(next.value());
  if (first_waiting_.load() > next.value()) return;
  const MutexLock lock(mutex_);
  put_out();
}

void OrderedOutput::end(std::size_t unit) {
  next_[unit].store(kNever);
  const MutexLock lock(mutex_);
  alive_.erase(unit);
  put_out();
}

void OrderedOutput::end_behind(Order last) {
  const MutexLock lock(mutex_);
  last_ = std::min(last_, last.value());
  changed_.notify_all();
}

void OrderedOutput::write(std::size_t unit, Order order, pb::Output to, ByteView bytes) {
  MutexLock lock(mutex_);
  MECRR_CHECK(alive_.contains(unit), "{}", unit);
  if (pieces_.empty() && !is_taking_ && is_next(order)) {
    is_taking_ = true;
    mutex_.unlock();
    hooks_.take(to, bytes);
    mutex_.lock();
    is_taking_ = false;
    put_out();
    return;
  }
  const auto waiting = waiting_units_.insert(order.value());
  note_what_waits();
  if (must_wait(order, bytes.size())) {
    mutex_.unlock();
    if (hooks_.waiting) hooks_.waiting();
    mutex_.lock();
    while (must_wait(order, bytes.size())) changed_.wait(mutex_);
    mutex_.unlock();
    if (hooks_.goes_on) hooks_.goes_on();
    mutex_.lock();
  }
  waiting_units_.erase(waiting);
  if (order.value() <= last_) {
    pieces_.emplace(order.value(), Piece{to, to_bytes(bytes)});
    bytes_ += bytes.size();
  }
  note_what_waits();
  put_out();
}

std::optional<Order> OrderedOutput::front() const {
  const MutexLock lock(mutex_);
  const std::uint64_t front = least_next();
  if (front == kNever) return std::nullopt;
  return Order(front);
}

std::uint64_t OrderedOutput::least_next() const {
  std::uint64_t least = begun_ < firsts_.size() ? firsts_[begun_].value() : kNever;
  for (const std::size_t unit : alive_) least = std::min(least, next_[unit].load());
  return least;
}

bool OrderedOutput::is_next(Order order) const {
  return order.value() <= last_ && order.value() <= least_next();
}

bool OrderedOutput::must_wait(Order order, std::uint64_t bytes) const {
  return bytes_ != 0 && bytes_ + bytes > limit_ && order.value() <= last_ && !is_next(order);
}

void OrderedOutput::note_what_waits() {
  std::uint64_t first = kNever;
  if (!pieces_.empty()) first = pieces_.begin()->first;
  if (!waiting_units_.empty()) first = std::min(first, *waiting_units_.begin());
  first_waiting_.store(first);
}

/// Takes out what is next, unless another thread does: that one looks again when it comes back.
void OrderedOutput::put_out() {
  if (is_taking_) return;
  is_taking_ = true;
  while (!pieces_.empty() && is_next(Order(pieces_.begin()->first))) {
    const auto next = pieces_.extract(pieces_.begin());
    bytes_ -= next.mapped().bytes.size();
    note_what_waits();
    mutex_.unlock();
    hooks_.take(next.mapped().to, next.mapped().bytes);
    mutex_.lock();
  }
  is_taking_ = false;
  if (!waiting_units_.empty()) changed_.notify_all();
}

}  // namespace mecrr
