// An absolute timerfd on the realtime clock expires once.
#include <stdint.h>
#include <sys/timerfd.h>
#include <time.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC);
  CHECK(fd >= 0);
  struct itimerspec when = {{0, 0}, {0, 0}};
  CHECK(clock_gettime(CLOCK_REALTIME, &when.it_value) == 0);
  when.it_value.tv_nsec += 20000000;
  if (when.it_value.tv_nsec >= 1000000000)
    when.it_value.tv_sec++, when.it_value.tv_nsec -= 1000000000;
  CHECK(timerfd_settime(fd, TFD_TIMER_ABSTIME, &when, NULL) == 0);
  uint64_t count = 0;
  CHECK(read(fd, &count, sizeof count) == sizeof count && count == 1);
  struct timespec now;
  CHECK(clock_gettime(CLOCK_REALTIME, &now) == 0);
  CHECK(now.tv_sec > when.it_value.tv_sec ||
        (now.tv_sec == when.it_value.tv_sec && now.tv_nsec >= when.it_value.tv_nsec));
  return ok();
}
