// PR_SET_PDEATHSIG tells a child that its parent has ended.
#include <signal.h>
#include <sys/prctl.h>

#include "tests/programs/check.h"

int main(void) {
  int report[2];
  CHECK(pipe(report) == 0);
  pid_t child = fork();
  if (child == 0) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    int ready[2];
    char byte;
    CHECK(pipe(ready) == 0);
    if (fork() == 0) {
      int signal = 0;
      CHECK(prctl(PR_SET_PDEATHSIG, SIGUSR1) == 0 && write(ready[1], "x", 1) == 1);
      CHECK(sigwait(&set, &signal) == 0 && signal == SIGUSR1);
      CHECK(write(report[1], "told", 4) == 4);
      _exit(0);
    }
    CHECK(read(ready[0], &byte, 1) == 1);
    _exit(0);
  }
  CHECK(close(report[1]) == 0);
  expect_exit(child, 0);
  char text[8] = "";
  CHECK(read(report[0], text, 4) == 4 && strcmp(text, "told") == 0);
  return ok();
}
