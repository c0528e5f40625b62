// Writing to a closed pipe ends the program by SIGPIPE.
// expect: signal SIGPIPE
#include <signal.h>

#include "tests/programs/check.h"

int main(void) {
  signal(SIGPIPE, SIG_DFL);
  ok();
  fflush(stdout);
  int ends[2];
  CHECK(pipe(ends) == 0 && close(ends[0]) == 0);
  CHECK(write(ends[1], "x", 1) == 1);
  return 0;
}
