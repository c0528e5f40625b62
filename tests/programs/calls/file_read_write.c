// A file is created, written, read back and ends where it should.
#include <fcntl.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT | O_EXCL, 0600);
  CHECK(fd >= 0);
  CHECK(write(fd, "hello, world\n", 13) == 13);
  CHECK(lseek(fd, 7, SEEK_SET) == 7);
  char text[64];
  memset(text, '#', sizeof text);
  CHECK(read(fd, text, sizeof text) == 6);
  CHECK(memcmp(text, "world\n#", 7) == 0);  // no byte past the result is written
  CHECK(read(fd, text, sizeof text) == 0);
  CHECK(close(fd) == 0);
  CHECK(close(fd) == -1 && errno == EBADF);
  return ok();
}
