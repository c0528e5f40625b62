// Interrupted while it does little but call what the kernel puts into its memory: the vdso.
// output: varies
#include <sched.h>
#include <time.h>

#include "interrupted.h"

int main(void) {
  static volatile uint64_t rounds;
  begin((const volatile uint64_t*)&rounds, 0);
  uint64_t seen = 0;
  while (goes_on()) {
    struct timespec now;
    struct timeval also;
    unsigned processor;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    CHECK(clock_gettime(CLOCK_REALTIME_COARSE, &now) == 0);
    CHECK(gettimeofday(&also, NULL) == 0);
    CHECK(getcpu(&processor, NULL) == 0);
    CHECK(time(NULL) + 1 >= also.tv_sec);
    for (int i = 0; i < 50; i++) seen = seen * 31 + (uint64_t)now.tv_nsec + (uint64_t)also.tv_usec;
    rounds++;
  }
  mix(seen);
  return end();
}
