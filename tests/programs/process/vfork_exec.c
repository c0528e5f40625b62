// vfork: the parent waits until the child has exec'd or ended, and sees what it wrote.
#include "tests/programs/check.h"

int main(void) {
  volatile int shared = 1;
  pid_t child = vfork();
  if (child == 0) {
    shared = 2;
    _exit(5);
  }
  CHECK(shared == 2);
  expect_exit(child, 5);
  child = vfork();
  if (child == 0) {
    execl("/bin/sh", "sh", "-c", "exit 6", (char*)NULL);
    _exit(1);
  }
  CHECK(child > 0);
  expect_exit(child, 6);
  return ok();
}
