// clone with CLONE_FILES and CLONE_FS shares descriptors and the working directory, not memory.
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>

#include "tests/programs/check.h"

static char stack[1 << 16] __attribute__((aligned(16)));
static int value = 1;
static int run(void* unused) {
  (void)unused;
  value = 2;
  CHECK(dup2(1, 90) == 90 && chdir("sub") == 0);
  return 12;
}

int main(void) {
  char path[PATH_MAX];
  CHECK(mkdir("sub", 0700) == 0);
  pid_t child = clone(run, stack + sizeof stack, CLONE_FILES | CLONE_FS | SIGCHLD, NULL);
  CHECK(child > 0);
  expect_exit(child, 12);
  CHECK(value == 1 && fcntl(90, F_GETFD) == 0);
  CHECK(getcwd(path, sizeof path) && strcmp(strrchr(path, '/'), "/sub") == 0);
  return ok();
}
