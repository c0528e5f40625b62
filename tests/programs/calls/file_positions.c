// pread and pwrite leave the position alone; lseek finds ends, data and holes.
#include <fcntl.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  CHECK(fd >= 0);
  CHECK(pwrite(fd, "end", 3, 1 << 20) == 3);
  CHECK(lseek(fd, 0, SEEK_CUR) == 0);
  CHECK(lseek(fd, 0, SEEK_END) == (1 << 20) + 3);
  CHECK(lseek(fd, -3, SEEK_CUR) == 1 << 20);
  char text[8] = "";
  CHECK(pread(fd, text, 3, 1 << 20) == 3 && strcmp(text, "end") == 0);
  CHECK(pread(fd, text, 3, 16) == 3 && text[0] == 0);
  off_t data = lseek(fd, 0, SEEK_DATA);
  CHECK(data >= 0 && data <= 1 << 20);
  CHECK(lseek(fd, 0, SEEK_HOLE) >= 0);
  CHECK(lseek(fd, -1, SEEK_SET) == -1 && errno == EINVAL);
  CHECK(pread(fd, text, 3, -1) == -1 && errno == EINVAL);
  return ok();
}
