// An interrupted nanosleep tells the time that was left.
#include <signal.h>
#include <time.h>

#include "tests/programs/check.h"

static void handle(int signal) { (void)signal; }

int main(void) {
  signal(SIGALRM, handle);
  struct timespec wanted = {1000, 0}, left = {0, 0};
  ualarm(20000, 0);
  CHECK(nanosleep(&wanted, &left) == -1 && errno == EINTR);
  CHECK(left.tv_sec >= 900 && left.tv_sec < 1000);
  left = (struct timespec){0, 0};
  ualarm(20000, 0);
  CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &wanted, &left) == EINTR && left.tv_sec >= 900);
  return ok();
}
