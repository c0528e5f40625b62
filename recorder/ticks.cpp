#include "recorder/ticks.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <utility>

namespace mecrr {
namespace {

int tick_signal() { return SIGRTMAX - 1; }

constexpr std::chrono::nanoseconds kSoonest{1};  // zero is never

std::atomic<bool> ticked = false;  // by the handler, on the thread that waits

void tick(int) { ticked = true; }

}  // namespace

Result<Ticks> Ticks::create() {
  Ticks ticks;
  struct sigaction action{};
  action.sa_handler = tick;  // no SA_RESTART: waits are to end
  if (::sigaction(tick_signal(), &action, &ticks.before_) < 0) return fail_errno("sigaction");
  struct sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = tick_signal();
  event._sigev_un._tid = ::gettid();
  if (::timer_create(CLOCK_MONOTONIC, &event, &ticks.timer_) < 0) {
    const int code = errno;
    ::sigaction(tick_signal(), &ticks.before_, nullptr);
    return fail_with_code(code, "making a timer");
  }
  ticks.is_owner_ = true;
  return ticks;
}

Ticks::Ticks(Ticks&& other) noexcept
    : timer_(other.timer_),
      before_(other.before_),
      is_owner_(std::exchange(other.is_owner_, false)),
      interval_(other.interval_) {}

Ticks::~Ticks() {
  if (!is_owner_) return;
  ::timer_delete(timer_);
  ::sigaction(tick_signal(), &before_, nullptr);
}

bool Ticks::has_ticked() { return ticked.exchange(false); }

Result<void> Ticks::turn_on() {
  return interval_ == kInterval ? Result<void>() : set(kInterval, kInterval);
}

Result<void> Ticks::slow_down(std::chrono::nanoseconds latest) {
  const auto interval = std::min<std::chrono::nanoseconds>(2 * interval_, kLongestInterval);
  return set(std::clamp(latest, kSoonest, interval), interval);
}

Result<void> Ticks::hasten() { return set(kShort, kInterval); }

Result<void> Ticks::turn_off() {
  constexpr auto kNever = std::chrono::nanoseconds::zero();
  return interval_ == kNever ? Result<void>() : set(kNever, kNever);
}

Result<void> Ticks::come_within(std::chrono::nanoseconds delay) {
  TRY(turn_on());
  if (delay >= kInterval) return {};
  itimerspec left{};
  if (::timer_gettime(timer_, &left) < 0) return fail_errno("asking a timer");
  if (left.it_value.tv_sec == 0 && left.it_value.tv_nsec <= delay.count()) return {};
  return set(std::max(delay, kSoonest), kInterval);
}

Result<void> Ticks::set(std::chrono::nanoseconds first, std::chrono::nanoseconds interval) {
  const itimerspec times{.it_interval = {.tv_sec = 0, .tv_nsec = interval.count()},
                         .it_value = {.tv_sec = 0, .tv_nsec = first.count()}};
  if (::timer_settime(timer_, 0, &times, nullptr) < 0) return fail_errno("setting a timer");
  interval_ = interval;
  return {};
}

}  // namespace mecrr
