// An unhandled SIGILL.
// expect: signal SIGILL
#include "tests/programs/check.h"

int main(void) {
  ok();
  fflush(stdout);
  __builtin_trap();
}
