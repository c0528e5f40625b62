// ftruncate, truncate and fallocate change a file's size, and what is new reads as zeros.
#include <fcntl.h>
#include <sys/stat.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  CHECK(fd >= 0 && write(fd, "abcdef", 6) == 6);
  CHECK(ftruncate(fd, 3) == 0 && ftruncate(fd, 5) == 0);
  char text[8];
  CHECK(pread(fd, text, 8, 0) == 5 && memcmp(text, "abc\0\0", 5) == 0);
  CHECK(truncate("file", 1) == 0);
  struct stat about;
  CHECK(fstat(fd, &about) == 0 && about.st_size == 1);
  if (fallocate(fd, 0, 0, 100000) == 0) {
    CHECK(fstat(fd, &about) == 0 && about.st_size == 100000);
  } else {
    CHECK(errno == EOPNOTSUPP);
  }
  CHECK(ftruncate(fd, -1) == -1 && errno == EINVAL);
  return ok();
}
