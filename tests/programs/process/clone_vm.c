// clone with CLONE_VM, without CLONE_THREAD: another process in the same memory.
#include <sched.h>
#include <signal.h>

#include "tests/programs/check.h"

static char stack[1 << 16] __attribute__((aligned(16)));
static volatile int value = 1;
static volatile pid_t its_pid;
static int run(void* unused) {
  (void)unused;
  its_pid = getpid();
  value = 2;
  return 13;
}

int main(void) {
  pid_t child = clone(run, stack + sizeof stack, CLONE_VM | SIGCHLD, NULL);
  CHECK(child > 0);
  expect_exit(child, 13);
  CHECK(value == 2 && its_pid == child);
  child = clone(run, stack + sizeof stack, CLONE_VM, NULL);  // ends without any signal
  int status;
  CHECK(waitpid(child, &status, 0) == -1 && errno == ECHILD);
  CHECK(waitpid(child, &status, __WCLONE) == child && WEXITSTATUS(status) == 13);
  return ok();
}
