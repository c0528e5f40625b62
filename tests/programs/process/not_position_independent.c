// A program linked to fixed addresses.
// build: -no-pie -fno-pie
#include "tests/programs/check.h"

static int value = 3;

int main(void) {
  CHECK((unsigned long)&value < 1ul << 31);
  pid_t child = fork();
  if (child == 0) _exit(value);
  expect_exit(child, 3);
  return ok();
}
