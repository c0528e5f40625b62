// eventfd adds up, empties on reading, counts down as a semaphore, and wakes a waiting child.
#include <stdint.h>
#include <sys/eventfd.h>

#include "tests/programs/check.h"

int main(void) {
  uint64_t value = 0;
  int sum = eventfd(3, EFD_NONBLOCK);
  CHECK(eventfd_write(sum, 4) == 0 && eventfd_read(sum, &value) == 0 && value == 7);
  CHECK(eventfd_read(sum, &value) == -1 && errno == EAGAIN);
  CHECK(read(sum, &value, 4) == -1 && errno == EINVAL);
  int semaphore = eventfd(0, EFD_SEMAPHORE);
  pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 3; i++) {
      CHECK(eventfd_read(semaphore, &value) == 0 && value == 1);
    }
    _exit(0);
  }
  CHECK(eventfd_write(semaphore, 1) == 0);
  usleep(1000);
  CHECK(eventfd_write(semaphore, 2) == 0);
  expect_exit(child, 0);
  return ok();
}
