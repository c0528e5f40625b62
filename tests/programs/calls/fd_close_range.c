// close_range closes a range of descriptors, or marks them close-on-exec.
#include <fcntl.h>
#include <linux/close_range.h>

#include "tests/programs/check.h"

int main(void) {
  for (int fd = 100; fd < 110; fd++) CHECK(dup2(0, fd) == fd || dup2(1, fd) == fd);
  CHECK(close_range(100, 104, 0) == 0);
  CHECK(fcntl(104, F_GETFD) == -1 && errno == EBADF && fcntl(105, F_GETFD) == 0);
  CHECK(close_range(105, 107, CLOSE_RANGE_CLOEXEC) == 0);
  CHECK(fcntl(107, F_GETFD) == FD_CLOEXEC && fcntl(108, F_GETFD) == 0);
  CHECK(close_range(10, 5, 0) == -1 && errno == EINVAL);
  closefrom(105);
  CHECK(fcntl(109, F_GETFD) == -1);
  return ok();
}
