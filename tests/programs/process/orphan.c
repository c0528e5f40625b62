// A child whose parent ends gets another parent, and still can write what it has to.
#include "tests/programs/check.h"

int main(void) {
  int report[2];
  CHECK(pipe(report) == 0);
  pid_t child = fork();
  if (child == 0) {
    pid_t middle = getpid();
    if (fork() == 0) {
      while (getppid() == middle) usleep(1000);
      CHECK(write(report[1], "orphan", 6) == 6);
    }
    _exit(0);
  }
  CHECK(close(report[1]) == 0);
  expect_exit(child, 0);
  char text[16] = "";
  CHECK(read(report[0], text, sizeof text) == 6 && strcmp(text, "orphan") == 0);
  CHECK(read(report[0], text, sizeof text) == 0);
  return ok();
}
