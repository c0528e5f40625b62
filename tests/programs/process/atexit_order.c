// atexit functions run last first, then the buffers are written; _exit does neither.
#include "tests/programs/check.h"

static void one(void) { ok(); }
static void two(void) { printf("second to last, "); }
static void never(void) { printf("never\n"); }

int main(void) {
  pid_t child = fork();
  if (child == 0) {
    atexit(never);
    printf("lost");
    _exit(0);
  }
  expect_exit(child, 0);
  CHECK(atexit(one) == 0 && atexit(two) == 0);
  printf("from main, ");
  exit(0);
}
