// getrusage and times count the time that was computed, of this process and its children.
// output: varies
#include <sys/resource.h>
#include <sys/times.h>

#include "tests/programs/check.h"

// Until the process has been charged for some of it.
static void compute(void) {
  struct rusage self;
  do {
    volatile long sum = 0;
    for (long i = 0; i < 1000000; i++) sum += i;
    CHECK(getrusage(RUSAGE_SELF, &self) == 0);
  } while (self.ru_utime.tv_sec == 0 && self.ru_utime.tv_usec == 0);
}

int main(void) {
  pid_t child = fork();
  if (child == 0) {
    compute();
    _exit(0);
  }
  expect_exit(child, 0);
  compute();
  struct rusage self, children;
  struct tms ticks;
  CHECK(getrusage(RUSAGE_SELF, &self) == 0 && getrusage(RUSAGE_CHILDREN, &children) == 0);
  CHECK(self.ru_utime.tv_sec + self.ru_utime.tv_usec > 0 && self.ru_maxrss > 0);
  CHECK(children.ru_utime.tv_sec + children.ru_utime.tv_usec > 0);
  CHECK(times(&ticks) != (clock_t)-1);
  printf("user %ld us, system %ld us, faults %ld, ticks %ld\n", self.ru_utime.tv_usec,
         self.ru_stime.tv_usec, self.ru_minflt, ticks.tms_utime);
  return ok();
}
