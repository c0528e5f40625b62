// A binary tree of 31 processes, each waiting for its own children.
#include "tests/programs/check.h"

static int grow(int depth) {
  int count = 1;
  for (int i = 0; i < 2 && depth > 0; i++) {
    pid_t child = fork();
    if (child == 0) _exit(grow(depth - 1));
    int status;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
    count += WEXITSTATUS(status);
  }
  return count;
}

int main(void) {
  CHECK(grow(4) == 31);
  return ok();
}
