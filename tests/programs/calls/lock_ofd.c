// Open-file-description locks conflict between two opens of one process.
#include <fcntl.h>

#include "tests/programs/check.h"

int main(void) {
  int one = open("file", O_CREAT | O_RDWR, 0600), two = open("file", O_RDWR);
  CHECK(one >= 0 && two >= 0);
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  CHECK(fcntl(one, F_OFD_SETLK, &lock) == 0);
  CHECK(fcntl(two, F_OFD_SETLK, &lock) == -1 && errno == EAGAIN);
  CHECK(fcntl(two, F_OFD_GETLK, &lock) == 0 && lock.l_type == F_WRLCK && lock.l_pid == -1);
  CHECK(close(one) == 0);
  lock = (struct flock){.l_type = F_RDLCK, .l_whence = SEEK_SET};
  CHECK(fcntl(two, F_OFD_SETLKW, &lock) == 0);
  return ok();
}
