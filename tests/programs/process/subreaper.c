// With PR_SET_CHILD_SUBREAPER an orphaned grandchild becomes ours to wait for.
#include <sys/prctl.h>

#include "tests/programs/check.h"

int main(void) {
  int report[2];
  pid_t grandchild;
  CHECK(pipe(report) == 0 && prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
  pid_t self = getpid(), child = fork();
  if (child == 0) {
    pid_t middle = getpid();
    grandchild = fork();
    if (grandchild == 0) {
      while (getppid() == middle) usleep(1000);
      _exit(getppid() == self ? 44 : 1);
    }
    CHECK(write(report[1], &grandchild, sizeof grandchild) == sizeof grandchild);
    _exit(0);
  }
  CHECK(read(report[0], &grandchild, sizeof grandchild) == sizeof grandchild);
  expect_exit(child, 0);
  expect_exit(grandchild, 44);
  return ok();
}
