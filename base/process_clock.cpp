#include "base/process_clock.h"

namespace mecrr {

Result<ProcessClock> ProcessClock::of(Pid process) {
  clockid_t id{};
  if (const int code = ::clock_getcpuclockid(process.value(), &id); code != 0)
    return fail_with_code(code, "the clock of process {}", process);
  return ProcessClock(id);
}

std::optional<std::chrono::nanoseconds> ProcessClock::now() const {
  timespec time{};
  if (::clock_gettime(id_, &time) != 0) return std::nullopt;
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace mecrr
