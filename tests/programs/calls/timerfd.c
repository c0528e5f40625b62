// timerfd expires, counts expirations, tells the time left, and can be disarmed.
#include <poll.h>
#include <stdint.h>
#include <sys/timerfd.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  CHECK(fd >= 0);
  uint64_t count = 0;
  CHECK(read(fd, &count, 8) == -1 && errno == EAGAIN);
  struct itimerspec when = {{0, 1000000}, {0, 1000000}}, now;
  CHECK(timerfd_settime(fd, 0, &when, NULL) == 0);
  struct pollfd ready = {fd, POLLIN, 0};
  CHECK(poll(&ready, 1, -1) == 1);
  usleep(5000);
  CHECK(read(fd, &count, 8) == 8 && count >= 5);
  when = (struct itimerspec){{0, 0}, {1000, 0}};
  CHECK(timerfd_settime(fd, 0, &when, &now) == 0 && now.it_interval.tv_nsec == 1000000);
  CHECK(timerfd_gettime(fd, &now) == 0 && now.it_value.tv_sec > 900 && now.it_value.tv_sec <= 1000);
  memset(&when, 0, sizeof when);
  CHECK(timerfd_settime(fd, 0, &when, NULL) == 0 && poll(&ready, 1, 5) == 0);
  return ok();
}
