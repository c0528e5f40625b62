// An alarm that nobody handles ends the program.
// expect: signal SIGALRM
#include "tests/programs/check.h"

int main(void) {
  ok();
  fflush(stdout);
  ualarm(20000, 0);
  for (;;) pause();
}
