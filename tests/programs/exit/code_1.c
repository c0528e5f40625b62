// main's value is the exit status.
// expect: exit 1
#include "tests/programs/check.h"

int main(void) {
  ok();
  return 1;
}
