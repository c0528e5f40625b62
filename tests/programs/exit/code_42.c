// exit's argument is the exit status.
// expect: exit 42
#include "tests/programs/check.h"

int main(void) {
  ok();
  exit(42);
}
