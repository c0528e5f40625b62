// poll and ppoll tell what is ready, time out when nothing is, and skip negative descriptors.
#include <poll.h>
#include <signal.h>
#include <time.h>

#include "tests/programs/check.h"

int main(void) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  struct pollfd set[3] = {{ends[0], POLLIN, 9}, {ends[1], POLLOUT, 9}, {-1, POLLIN, 9}};
  CHECK(poll(set, 3, 0) == 1);
  CHECK(set[0].revents == 0 && set[1].revents == POLLOUT && set[2].revents == 0);
  CHECK(poll(set, 1, 20) == 0);
  CHECK(write(ends[1], "x", 1) == 1);
  struct timespec limit = {10, 0};
  sigset_t none;
  sigemptyset(&none);
  CHECK(ppoll(set, 1, &limit, &none) == 1 && set[0].revents == POLLIN);
  CHECK(close(ends[1]) == 0);
  CHECK(poll(set, 2, -1) == 2 && (set[0].revents & POLLHUP) && set[1].revents == POLLNVAL);
  return ok();
}
