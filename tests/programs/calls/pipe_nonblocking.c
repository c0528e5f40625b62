// A nonblocking pipe says EAGAIN when empty and when full; its size can be changed.
#include <fcntl.h>

#include "tests/programs/check.h"

int main(void) {
  int ends[2];
  CHECK(pipe2(ends, O_NONBLOCK | O_CLOEXEC) == 0);
  CHECK(fcntl(ends[0], F_GETFD) == FD_CLOEXEC);
  static char block[4096];
  CHECK(read(ends[0], block, 1) == -1 && errno == EAGAIN);
  CHECK(fcntl(ends[1], F_SETPIPE_SZ, 8192) == 8192 && fcntl(ends[0], F_GETPIPE_SZ) == 8192);
  CHECK(write(ends[1], block, 4096) == 4096 && write(ends[1], block, 4096) == 4096);
  CHECK(write(ends[1], block, 1) == -1 && errno == EAGAIN);
  CHECK(read(ends[0], block, 4096) == 4096 && write(ends[1], block, 100) == 100);
  return ok();
}
