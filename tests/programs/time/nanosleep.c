// nanosleep, usleep and clock_nanosleep sleep at least as long as asked.
#include <time.h>

#include "tests/programs/check.h"

static long long now(void) {
  struct timespec time;
  CHECK(clock_gettime(CLOCK_MONOTONIC, &time) == 0);
  return time.tv_sec * 1000000000ll + time.tv_nsec;
}

int main(void) {
  long long start = now();
  struct timespec wanted = {0, 20000000}, left = {7, 7};
  CHECK(nanosleep(&wanted, &left) == 0 && left.tv_sec == 7);
  CHECK(now() - start >= 20000000);
  start = now();
  CHECK(usleep(20000) == 0 && now() - start >= 20000000);
  struct timespec until;
  CHECK(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
  long long target = until.tv_sec * 1000000000ll + until.tv_nsec + 20000000;
  until = (struct timespec){target / 1000000000, target % 1000000000};
  CHECK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == 0 && now() >= target);
  wanted.tv_nsec = 2000000000;
  CHECK(nanosleep(&wanted, NULL) == -1 && errno == EINVAL);
  return ok();
}
