// The call itself and the library agree about the time.
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#include "tests/programs/check.h"

static long long nanoseconds(struct timespec time) {
  return time.tv_sec * 1000000000ll + time.tv_nsec;
}

int main(void) {
  for (int i = 0; i < 100; i++) {
    struct timespec one, two, three;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &one) == 0);
    CHECK(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &two) == 0);
    CHECK(clock_gettime(CLOCK_MONOTONIC, &three) == 0);
    CHECK(nanoseconds(one) <= nanoseconds(two) && nanoseconds(two) <= nanoseconds(three));
  }
  struct timeval day;
  CHECK(syscall(SYS_gettimeofday, &day, NULL) == 0 && day.tv_sec > 1600000000);
  long seconds = 0;
  CHECK(syscall(SYS_time, &seconds) == seconds && seconds >= day.tv_sec);
  return ok();
}
