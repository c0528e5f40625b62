// clock_gettime by the library: clocks go forward, and replay to the same nanosecond.
// output: varies
#include <time.h>

#include "tests/programs/check.h"

int main(void) {
  const clockid_t clocks[] = {
      CLOCK_REALTIME,      CLOCK_MONOTONIC,          CLOCK_BOOTTIME,
      CLOCK_MONOTONIC_RAW, CLOCK_REALTIME_COARSE,    CLOCK_MONOTONIC_COARSE,
      CLOCK_TAI,           CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID};
  for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++) {
    struct timespec before, after;
    CHECK(clock_gettime(clocks[i], &before) == 0 && clock_gettime(clocks[i], &after) == 0);
    if (clocks[i] != CLOCK_REALTIME && clocks[i] != CLOCK_REALTIME_COARSE &&
        clocks[i] != CLOCK_TAI) {
      CHECK(after.tv_sec > before.tv_sec ||
            (after.tv_sec == before.tv_sec && after.tv_nsec >= before.tv_nsec));
    }
    struct timespec step;
    CHECK(clock_getres(clocks[i], &step) == 0 && step.tv_sec == 0 && step.tv_nsec > 0);
    printf("clock %d: %ld.%09ld\n", clocks[i], after.tv_sec, after.tv_nsec);
  }
  struct timespec none;
  CHECK(clock_gettime(12345, &none) == -1 && errno == EINVAL);
  return ok();
}
