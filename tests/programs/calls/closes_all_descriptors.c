// A program closes all its descriptors, one by one or at once, and goes on with new ones.
#include <fcntl.h>
#include <linux/close_range.h>

#include "tests/programs/check.h"

static void go_on(void) {
  char bytes[8];
  int ends[2];
  for (int i = 0; i < 100; i++) {
    CHECK(open("file", O_RDWR | O_CREAT | O_TRUNC, 0600) == 0 && pipe(ends) == 0);
    CHECK(ends[0] == 1 && ends[1] == 2 && write(0, "contents", 8) == 8);
    CHECK(write(2, "x", 1) == 1 && read(1, bytes, 8) == 1 && bytes[0] == 'x');
    CHECK(pread(0, bytes, 8, 0) == 8 && memcmp(bytes, "contents", 8) == 0);
    CHECK(write(1, "x", 1) == -1 && errno == EBADF);
    CHECK(dup2(0, 1) == 1 && write(1, "more", 4) == 4 && lseek(0, 0, SEEK_CUR) == 12);
    CHECK(close(0) == 0 && close(1) == 0 && close(2) == 0 && close(0) == -1);
  }
}

int main(void) {
  for (int way = 0; way < 3; way++) {
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
      for (int fd = 0; fd < 1024 && way == 0; fd++) close(fd);
      if (way == 1 && close_range(0, ~0U, 0) != 0) _exit(1);
      if (way == 2) closefrom(0);
      go_on();
      _exit(way);
    }
    expect_exit(child, way);
  }
  return ok();
}
