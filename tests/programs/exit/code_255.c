// Only the lowest eight bits of an exit status are kept: -1 is 255.
// expect: exit 255
#include "tests/programs/check.h"

int main(void) {
  ok();
  exit(-1);
}
