// A record lock keeps another process out, which can see who holds it, and waits until it is gone.
#include <fcntl.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 5};
  CHECK(fd >= 0 && fcntl(fd, F_SETLK, &range) == 0);
  int tell[2];
  CHECK(pipe(tell) == 0);
  pid_t parent = getpid(), child = fork();
  if (child == 0) {
    struct flock mine = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 12, .l_len = 1};
    CHECK(fcntl(fd, F_SETLK, &mine) == -1 && (errno == EAGAIN || errno == EACCES));
    CHECK(fcntl(fd, F_GETLK, &mine) == 0);
    CHECK(mine.l_type == F_WRLCK && mine.l_pid == parent && mine.l_start == 10 && mine.l_len == 5);
    CHECK(write(tell[1], "x", 1) == 1);
    struct flock blocking = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 12, .l_len = 1};
    CHECK(fcntl(fd, F_SETLKW, &blocking) == 0);
    _exit(0);
  }
  char byte;
  CHECK(read(tell[0], &byte, 1) == 1);
  range.l_type = F_UNLCK;
  CHECK(fcntl(fd, F_SETLK, &range) == 0);
  expect_exit(child, 0);
  return ok();
}
