// Parent and child write to the same stdout in an order that pipes enforce.
#include "tests/programs/check.h"

int main(void) {
  int there[2], back[2];
  char byte = 'x';
  CHECK(pipe(there) == 0 && pipe(back) == 0);
  pid_t child = fork();
  for (int i = 0; i < 20; i++) {
    if (child == 0) {
      CHECK(read(there[0], &byte, 1) == 1);
      dprintf(i % 5 == 0 ? 2 : 1, "child %d\n", i);
      CHECK(write(back[1], &byte, 1) == 1);
    } else {
      dprintf(1, "parent %d\n", i);
      CHECK(write(there[1], &byte, 1) == 1 && read(back[0], &byte, 1) == 1);
    }
  }
  if (child == 0) _exit(0);
  expect_exit(child, 0);
  return ok();
}
