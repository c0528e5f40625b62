// The statuses that shells use for "not found" are passed on like any other.
// expect: exit 127
#include "tests/programs/check.h"

int main(void) {
  pid_t child = fork();
  if (child == 0) _exit(126);
  expect_exit(child, 126);
  ok();
  exit(127);
}
