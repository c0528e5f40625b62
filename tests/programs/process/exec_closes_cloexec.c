// Exec closes descriptors marked close-on-exec and keeps the others open where they were.
#include <fcntl.h>

#include "tests/programs/check.h"

int main(int argc, char** argv) {
  (void)argv;
  if (argc > 1) {
    CHECK(fcntl(40, F_GETFD) == 0 && lseek(40, 0, SEEK_CUR) == 4);
    CHECK(fcntl(41, F_GETFD) == -1 && fcntl(42, F_GETFD) == -1);
    return ok();
  }
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  CHECK(write(fd, "four", 4) == 4);
  CHECK(dup2(fd, 40) == 40 && dup3(fd, 41, O_CLOEXEC) == 41 && dup2(fd, 42) == 42);
  CHECK(fcntl(42, F_SETFD, FD_CLOEXEC) == 0);
  execl("/proc/self/exe", "exec_closes_cloexec", "again", (char*)NULL);
  CHECK(!"reached");
}
