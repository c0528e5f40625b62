// Makes one call many times: `many_calls reads|clocks COUNT`. For agent_counts.py.
#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "tests/programs/check.h"

static void reads(long count) {
  char buffer[64];
  const int zero = open("/dev/zero", O_RDONLY);
  CHECK(zero >= 0);
  for (long i = 0; i < count; i++) CHECK(read(zero, buffer, sizeof buffer) == sizeof buffer);
}

static void clocks(long count) {
  struct timespec last = {0, 0};
  for (long i = 0; i < count; i++) {
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    CHECK(now.tv_sec > last.tv_sec || (now.tv_sec == last.tv_sec && now.tv_nsec >= last.tv_nsec));
    last = now;
  }
}

int main(int argc, char** argv) {
  CHECK(argc == 3);
  (strcmp(argv[1], "reads") == 0 ? reads : clocks)(atol(argv[2]));
  return 0;
}
