// SIGKILL to oneself ends at once.
// expect: signal SIGKILL
#include <signal.h>

#include "tests/programs/check.h"

int main(void) {
  ok();
  fflush(stdout);
  kill(getpid(), SIGKILL);
  puts("not reached");
  return 0;
}
