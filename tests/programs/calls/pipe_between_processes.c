// A child's writes arrive through a pipe in order, then its end.
#include "tests/programs/check.h"

int main(void) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  pid_t child = fork();
  if (child == 0) {
    CHECK(close(ends[0]) == 0);
    for (int i = 0; i < 1000; i++) CHECK(write(ends[1], &i, sizeof i) == sizeof i);
    _exit(7);
  }
  CHECK(close(ends[1]) == 0);
  int value;
  for (int i = 0; i < 1000; i++) CHECK(read(ends[0], &value, sizeof value) == 4 && value == i);
  CHECK(read(ends[0], &value, sizeof value) == 0);
  expect_exit(child, 7);
  return ok();
}
