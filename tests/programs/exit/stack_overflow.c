// Endless recursion ends by SIGSEGV.
// expect: signal SIGSEGV
#include <sys/resource.h>

#include "tests/programs/check.h"

static int __attribute__((noinline)) endless(volatile int depth) {
  volatile char frame[1000];
  frame[0] = depth;
  if (depth == 1 << 30) return 0;
  return endless(depth + 1) + frame[0];
}

int main(void) {
  struct rlimit small = {1 << 20, 1 << 20};
  CHECK(setrlimit(RLIMIT_STACK, &small) == 0);
  ok();
  fflush(stdout);
  return endless(0);
}
