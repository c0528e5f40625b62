// rdtsc goes as fast as the clock, whatever stops there are between its readings.
#include <stdint.h>
#include <time.h>
#include <x86intrin.h>

#include "tests/programs/check.h"

static uint64_t clock_ns(void) {
  struct timespec now;
  CHECK(clock_gettime(CLOCK_MONOTONIC_RAW, &now) == 0);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

// Ticks in a microsecond, over 20 ms at least.
static double speed(void) {
  uint64_t start_ns = clock_ns(), start = __rdtsc(), end_ns, end;
  do {
    end_ns = clock_ns();
    end = __rdtsc();
  } while (end_ns - start_ns < 20000000);
  CHECK(end > start);
  return (double)(end - start) * 1000 / (double)(end_ns - start_ns);
}

int main(void) {
  double first = speed(), second = speed();
  CHECK(first > 100 && first < 20000);
  CHECK(second > first * 0.8 && second < first * 1.25);
  return ok();
}
