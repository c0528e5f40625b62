// A parent reads its child's state and memory maps from /proc.
#include <fcntl.h>
#include <signal.h>

#include "tests/programs/check.h"

int main(void) {
  pid_t child = fork();
  if (child == 0) {
    for (;;) pause();
  }
  char path[64], text[4096];
  snprintf(path, sizeof path, "/proc/%d/stat", child);
  int fd = open(path, O_RDONLY);
  ssize_t length = read(fd, text, sizeof text - 1);
  CHECK(length > 0);
  text[length] = 0;
  CHECK(atoi(text) == child && strrchr(text, ')') != NULL);
  snprintf(path, sizeof path, "/proc/%d/maps", child);
  fd = open(path, O_RDONLY);
  CHECK(fd >= 0 && read(fd, text, sizeof text) > 0);
  CHECK(kill(child, SIGKILL) == 0);
  expect_killed(child, SIGKILL);
  CHECK(open(path, O_RDONLY) == -1 && errno == ENOENT);
  return ok();
}
