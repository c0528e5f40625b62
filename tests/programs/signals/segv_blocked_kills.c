// A synchronous SIGSEGV that is blocked kills, handler or not.
#include <signal.h>
#include <sys/resource.h>

#include "tests/programs/check.h"

static void handle(int signal) { _exit(signal); }

int main(void) {
  struct rlimit none = {0, 0};
  CHECK(setrlimit(RLIMIT_CORE, &none) == 0);
  pid_t child = fork();
  if (child == 0) {
    signal(SIGSEGV, handle);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGSEGV);
    CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    *(volatile int*)8 = 1;
    _exit(0);
  }
  expect_killed(child, SIGSEGV);
  return ok();
}
