// A child stops itself and is brought back; then it ends as if nothing had been.
#include <signal.h>

#include "tests/programs/check.h"

int main(void) {
  pid_t child = fork();
  if (child == 0) {
    raise(SIGSTOP);
    _exit(11);
  }
  int status;
  CHECK(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status));
  CHECK(WSTOPSIG(status) == SIGSTOP && kill(child, SIGCONT) == 0);
  expect_exit(child, 11);
  return ok();
}
