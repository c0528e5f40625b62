// A sleep interrupted by stop and continue, without a handler, is restarted and ends at its time.
#include <signal.h>
#include <time.h>

#include "tests/programs/check.h"

static double now(void) {
  struct timespec time;
  CHECK(clock_gettime(CLOCK_MONOTONIC, &time) == 0);
  return time.tv_sec + time.tv_nsec / 1e9;
}

int main(void) {
  int status;
  pid_t child = fork();
  if (child == 0) {
    double start = now();
    struct timespec wanted = {0, 200000000};
    CHECK(nanosleep(&wanted, NULL) == 0);
    CHECK(now() - start >= 0.2);
    _exit(0);
  }
  usleep(30000);
  CHECK(kill(child, SIGSTOP) == 0 && waitpid(child, &status, WUNTRACED) == child);
  CHECK(WIFSTOPPED(status) && kill(child, SIGCONT) == 0);
  expect_exit(child, 0);
  return ok();
}
