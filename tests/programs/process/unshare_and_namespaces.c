// A new user namespace, where allowed, is entered by a child, which has its own hostname.
#include <sched.h>

#include "tests/programs/check.h"

int main(void) {
  pid_t child = fork();
  if (child == 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWUTS)) {
      CHECK(errno == EPERM || errno == EINVAL || errno == ENOSYS || errno == ENOSPC);
      _exit(0);
    }
    char name[64] = "";
    if (sethostname("inner", 5) == 0) {
      CHECK(gethostname(name, sizeof name) == 0 && strcmp(name, "inner") == 0);
    }
    _exit(0);
  }
  expect_exit(child, 0);
  return ok();
}
