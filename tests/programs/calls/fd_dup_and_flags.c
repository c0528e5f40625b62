// dup, dup2, dup3 and fcntl make and describe descriptors; flags belong to the right half.
#include <fcntl.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  CHECK(fd >= 0);
  int second = dup(fd);
  CHECK(second > fd && write(second, "ab", 2) == 2 && lseek(fd, 0, SEEK_CUR) == 2);
  CHECK(dup2(fd, 50) == 50 && dup2(50, 50) == 50);
  CHECK(dup3(fd, 51, O_CLOEXEC) == 51 && fcntl(51, F_GETFD) == FD_CLOEXEC);
  CHECK(dup3(fd, fd, 0) == -1 && errno == EINVAL);
  CHECK(fcntl(fd, F_DUPFD, 60) == 60 && fcntl(fd, F_DUPFD_CLOEXEC, 60) == 61);
  CHECK(fcntl(61, F_GETFD) == FD_CLOEXEC && fcntl(60, F_GETFD) == 0);
  CHECK((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR);
  CHECK(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK) == 0);
  CHECK((fcntl(50, F_GETFL) & (O_APPEND | O_NONBLOCK)) == (O_APPEND | O_NONBLOCK));
  CHECK(dup(1000) == -1 && errno == EBADF);
  return ok();
}
