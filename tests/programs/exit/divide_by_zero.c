// An unhandled SIGFPE.
// expect: signal SIGFPE
#include "tests/programs/check.h"

int main(void) {
  ok();
  fflush(stdout);
  volatile int zero = 0;
  return 10 / zero;
}
