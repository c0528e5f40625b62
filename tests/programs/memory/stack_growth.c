// The main thread's stack grows to a few megabytes by being used.
#include "tests/programs/check.h"

static int deep(int depth) {
  volatile char frame[4000];
  frame[0] = depth, frame[3999] = depth >> 8;
  int below = depth == 0 ? 0 : deep(depth - 1);
  CHECK(frame[0] == (char)depth && frame[3999] == (char)(depth >> 8));
  return below + 1;
}

int main(void) {
  CHECK(deep(1000) == 1001);
  return ok();
}
