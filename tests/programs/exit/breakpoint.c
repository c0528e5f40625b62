// An unhandled int3 of the program's own kills by SIGTRAP.
// expect: signal SIGTRAP
#include "tests/programs/check.h"

int main(void) {
  ok();
  fflush(stdout);
  __asm__ volatile("int3");
  return 0;
}
