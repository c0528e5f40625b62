// A background process group that sets its terminal is stopped with SIGTTOU, then goes on.
// needs: pty
#include <signal.h>
#include <termios.h>

#include "tests/programs/check.h"

int main(void) {
  signal(SIGTTOU, SIG_IGN);
  pid_t child = fork();
  if (child == 0) {
    CHECK(setpgid(0, 0) == 0);
    struct termios modes;
    CHECK(tcgetattr(0, &modes) == 0);  // asking is allowed
    signal(SIGTTOU, SIG_DFL);
    CHECK(tcsetpgrp(0, getpgrp()) == 0);  // stops with SIGTTOU, continued in the foreground
    CHECK(tcgetpgrp(0) == getpgrp());
    _exit(3);
  }
  int status = 0;
  CHECK(waitpid(child, &status, WUNTRACED) == child);
  CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTOU);
  CHECK(tcsetpgrp(0, child) == 0 && kill(child, SIGCONT) == 0);
  expect_exit(child, 3);
  CHECK(tcsetpgrp(0, getpgrp()) == 0);
  return ok();
}
