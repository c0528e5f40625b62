// A child that has ended stays a zombie until it is waited for.
#include <fcntl.h>
#include <signal.h>

#include "tests/programs/check.h"

int main(void) {
  pid_t child = fork();
  if (child == 0) _exit(9);
  siginfo_t info;
  CHECK(waitid(P_PID, child, &info, WEXITED | WNOWAIT) == 0);
  char path[64], text[512];
  snprintf(path, sizeof path, "/proc/%d/stat", child);
  int fd = open(path, O_RDONLY);
  ssize_t length = read(fd, text, sizeof text - 1);
  CHECK(length > 0 && kill(child, 0) == 0);
  text[length] = 0;
  CHECK(strncmp(strrchr(text, ')'), ") Z", 3) == 0);
  expect_exit(child, 9);
  CHECK(kill(child, 0) == -1 && errno == ESRCH);
  return ok();
}
