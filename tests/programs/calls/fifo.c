// Opening a fifo waits for the other side; what is written comes out there.
#include <fcntl.h>
#include <sys/stat.h>

#include "tests/programs/check.h"

int main(void) {
  CHECK(mkfifo("fifo", 0600) == 0);
  CHECK(open("fifo", O_WRONLY | O_NONBLOCK) == -1 && errno == ENXIO);
  pid_t child = fork();
  if (child == 0) {
    int out = open("fifo", O_WRONLY);
    CHECK(out >= 0 && write(out, "through", 7) == 7);
    _exit(0);
  }
  int in = open("fifo", O_RDONLY);
  char text[16] = "";
  CHECK(in >= 0 && read(in, text, sizeof text) == 7 && strcmp(text, "through") == 0);
  CHECK(read(in, text, sizeof text) == 0);
  expect_exit(child, 0);
  return ok();
}
