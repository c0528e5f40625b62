// A child is stopped and continued; waitpid tells each, and the child goes on where it was.
#include <signal.h>

#include "tests/programs/check.h"

int main(void) {
  int go[2], status = 0;
  CHECK(pipe(go) == 0);
  pid_t child = fork();
  if (child == 0) {
    char byte;
    CHECK(read(go[0], &byte, 1) == 1);
    _exit(21);
  }
  for (int i = 0; i < 3; i++) {
    CHECK(kill(child, SIGSTOP) == 0 && waitpid(child, &status, WUNTRACED) == child);
    CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
    CHECK(waitpid(child, &status, WUNTRACED | WNOHANG) == 0);
    CHECK(kill(child, SIGCONT) == 0 && waitpid(child, &status, WCONTINUED) == child);
    CHECK(WIFCONTINUED(status));
  }
  CHECK(write(go[1], "x", 1) == 1);
  expect_exit(child, 21);
  return ok();
}
