// The processor's counter, as rdtsc and rdtscp show it to a recorded program: a clock of the
// kernel's, in the counter's own unit. The agent cannot read the counter itself, since a task that
// is recorded faults at it; and who stops at such a fault must not be told another time than who
// asks the agent. Freestanding.
#pragma once

#include <cstdint>

namespace mecrr::agent {

/// At `ns` of CLOCK_MONOTONIC_RAW the counter was `ticks`.
struct CounterScale {
  std::uint64_t ticks;
  std::uint64_t ns;
  std::uint64_t scale;  ///< ticks in a nanosecond, times 2^32; 0: the agent tells no counter
};

/// The counter at `ns`. Never less than at an earlier time.
inline std::uint64_t counter_at(const CounterScale& known, std::uint64_t ns) {
  const auto since = static_cast<std::int64_t>(ns - known.ns);
  return known.ticks + static_cast<std::uint64_t>(static_cast<__int128>(since) * known.scale >> 32);
}

}  // namespace mecrr::agent
