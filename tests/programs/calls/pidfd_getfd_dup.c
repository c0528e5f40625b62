// pidfd_getfd takes a copy of a child's descriptor, where that is allowed.
#include <fcntl.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(void) {
  int ready[2], hold[2];
  CHECK(pipe(ready) == 0 && pipe(hold) == 0);
  pid_t child = fork();
  if (child == 0) {
    int fd = open("file", O_CREAT | O_RDWR, 0600);
    char byte;
    CHECK(dup2(fd, 77) == 77 && write(77, "abc", 3) == 3 && write(ready[1], "x", 1) == 1);
    CHECK(read(hold[0], &byte, 1) == 1);
    _exit(0);
  }
  char byte;
  CHECK(read(ready[0], &byte, 1) == 1);
  int pidfd = syscall(SYS_pidfd_open, child, 0);
  CHECK(pidfd >= 0);
  int copy = syscall(SYS_pidfd_getfd, pidfd, 77, 0);
  CHECK(copy >= 0 ? lseek(copy, 0, SEEK_CUR) == 3 : errno == EPERM || errno == ENOSYS);
  CHECK(write(hold[1], "x", 1) == 1);
  expect_exit(child, 0);
  return ok();
}
