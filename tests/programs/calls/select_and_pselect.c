// select and pselect leave only the ready descriptors in their sets and the rest of the time.
#include <sys/select.h>

#include "tests/programs/check.h"

int main(void) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  CHECK(dup2(ends[0], 200) == 200);
  fd_set in, out;
  FD_ZERO(&in);
  FD_ZERO(&out);
  FD_SET(ends[0], &in);
  FD_SET(200, &in);
  FD_SET(ends[1], &out);
  struct timeval limit = {100, 0};
  CHECK(select(201, &in, &out, NULL, &limit) == 1);
  CHECK(!FD_ISSET(200, &in) && FD_ISSET(ends[1], &out) && limit.tv_sec <= 100);
  FD_SET(200, &in);
  limit = (struct timeval){0, 10000};
  CHECK(select(201, &in, NULL, NULL, &limit) == 0);
  CHECK(limit.tv_sec == 0 && limit.tv_usec == 0 && !FD_ISSET(200, &in));
  CHECK(write(ends[1], "x", 1) == 1);
  FD_SET(ends[0], &in);
  FD_SET(200, &in);
  struct timespec wait = {10, 0};
  CHECK(pselect(201, &in, NULL, NULL, &wait, NULL) == 2 && FD_ISSET(200, &in));
  CHECK(wait.tv_sec == 10);
  return ok();
}
