#include "recorder/nondeterminism/counter.h"

#include <x86intrin.h>

#include <ctime>

#include "base/check.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kMinInterval_ns = 1'000'000;

struct Look {
  std::uint64_t ticks, ns;
};

std::uint64_t clock_ns() {
  constexpr std::uint64_t kNsInSecond = 1'000'000'000;
  timespec now{};
  MECRR_CHECK(clock_gettime(CLOCK_MONOTONIC_RAW, &now) == 0);
  return static_cast<std::uint64_t>(now.tv_sec) * kNsInSecond +
         static_cast<std::uint64_t>(now.tv_nsec);
}

/// Of a few, the one that took least time.
Look look() {
  constexpr int kTries = 8;
  Look best{};
  std::uint64_t best_took = ~std::uint64_t{0};
  std::uint64_t before = clock_ns();
  for (int i = 0; i < kTries; ++i) {
    const std::uint64_t ticks = __rdtsc();
    const std::uint64_t after = clock_ns();
    if (after - before < best_took) {
      best_took = after - before;
      best = {.ticks = ticks, .ns = before + best_took / 2};
    }
    before = after;
  }
  return best;
}

const Look& first_look() {
  static const Look first = look();
  return first;
}

agent::CounterScale measure() {
  const Look first = first_look();
  while (clock_ns() - first.ns < kMinInterval_ns) {
  }
  const Look second = look();
  const auto ticks = static_cast<unsigned __int128>(second.ticks - first.ticks);
  return {.ticks = first.ticks,
          .ns = first.ns,
          .scale = static_cast<std::uint64_t>((ticks << 32) / (second.ns - first.ns))};
}

}  // namespace

void look_at_counter() { first_look(); }

const agent::CounterScale& counter_scale() {
  static const agent::CounterScale scale = measure();
  return scale;
}

std::uint64_t counter_now() { return agent::counter_at(counter_scale(), clock_ns()); }

}  // namespace mecrr
