#include "replayer/landing/processor_time.h"

#include <unistd.h>

#include <csignal>
#include <utility>

namespace mecrr {
namespace {

int limit_signal() { return SIGRTMAX - 3; }

timespec to_timespec(std::chrono::nanoseconds time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return {.tv_sec = seconds.count(), .tv_nsec = (time - seconds).count()};
}

}  // namespace

Result<ProcessorTime> ProcessorTime::limit(Pid process, std::chrono::nanoseconds more) {
  const ProcessClock clock = TRY(ProcessClock::of(process));
  const auto now = clock.now();
  if (!now) return fail_errno("the clock of process {}", process);
  ProcessorTime limit(clock, *now + more);

  struct sigaction action{};
  action.sa_handler = [](int) {};  // no SA_RESTART: waits are to end
  if (::sigaction(limit_signal(), &action, nullptr) != 0) return fail_errno("sigaction");
  struct sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = limit_signal();
  event._sigev_un._tid = ::gettid();
  if (::timer_create(clock.id(), &event, &limit.timer_) != 0) return fail_errno("making a timer");
  limit.is_owner_ = true;
  const itimerspec times{.it_interval = {.tv_sec = 1, .tv_nsec = 0},
                         .it_value = to_timespec(limit.end_)};
  if (::timer_settime(limit.timer_, TIMER_ABSTIME, &times, nullptr) != 0)
    return fail_errno("setting a timer");
  return limit;
}

ProcessorTime::ProcessorTime(ProcessorTime&& other) noexcept
    : clock_(other.clock_),
      end_(other.end_),
      timer_(other.timer_),
      is_owner_(std::exchange(other.is_owner_, false)) {}

ProcessorTime::~ProcessorTime() {
  if (is_owner_) ::timer_delete(timer_);
}

bool ProcessorTime::is_over() const {
  const auto now = clock_.now();
  return now && *now >= end_;
}

}  // namespace mecrr
