// A null pointer kills by SIGSEGV, after what was written before.
// expect: signal SIGSEGV
#include "tests/programs/check.h"

int main(void) {
  ok();
  fflush(stdout);
  *(volatile int*)0 = 1;
  return 0;
}
