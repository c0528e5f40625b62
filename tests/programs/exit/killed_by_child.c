// A child kills its parent, and ends by itself.
// expect: signal SIGKILL
#include <signal.h>

#include "tests/programs/check.h"

int main(void) {
  ok();
  fflush(stdout);
  pid_t parent = getpid();
  if (fork() == 0) {
    kill(parent, SIGKILL);
    _exit(0);
  }
  for (;;) pause();
}
