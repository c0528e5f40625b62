// Shared anonymous memory stays shared after fork.
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  int* shared =
      (int*)mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(shared != MAP_FAILED && shared[0] == 0);
  shared[0] = 1;
  pid_t child = fork();
  if (child == 0) {
    CHECK(shared[0] == 1);
    for (int i = 0; i < (1 << 14); i++) shared[i] = i ^ 0x5555;
    _exit(0);
  }
  expect_exit(child, 0);
  for (int i = 0; i < (1 << 14); i++) CHECK(shared[i] == (i ^ 0x5555));
  return ok();
}
