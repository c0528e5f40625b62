// fork returns twice; the child's memory is its own, its exit status the parent's to read.
#include "tests/programs/check.h"

static int value = 1;

int main(void) {
  pid_t parent = getpid();
  for (int i = 0; i < 20; i++) {
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
      CHECK(getppid() == parent && getpid() != parent);
      value += i;
      _exit(value);
    }
    expect_exit(child, 1 + i);
    CHECK(value == 1);
  }
  CHECK(wait(NULL) == -1 && errno == ECHILD);
  return ok();
}
