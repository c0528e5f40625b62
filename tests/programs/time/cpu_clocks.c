// Processor-time clocks advance by computing and not by sleeping.
#include <time.h>

#include "tests/programs/check.h"

static long long used(clockid_t clock) {
  struct timespec time;
  CHECK(clock_gettime(clock, &time) == 0);
  return time.tv_sec * 1000000000ll + time.tv_nsec;
}

int main(void) {
  long long start = used(CLOCK_PROCESS_CPUTIME_ID);
  volatile long sum = 0;
  while (used(CLOCK_PROCESS_CPUTIME_ID) - start < 5000000) {
    for (int i = 0; i < 100000; i++) sum += i;
  }
  CHECK(used(CLOCK_THREAD_CPUTIME_ID) > 0 && clock() > 0);
  clockid_t own;
  CHECK(clock_getcpuclockid(getpid(), &own) == 0 && used(own) > 0);
  return ok();
}
