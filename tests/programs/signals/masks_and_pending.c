// A blocked signal is pending once, however often sent, and delivered when unblocked.
#include <signal.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t count;
static void handle(int signal) { (void)signal, count++; }

int main(void) {
  signal(SIGUSR1, handle);
  sigset_t set, old, pending;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  CHECK(sigprocmask(SIG_BLOCK, &set, &old) == 0 && !sigismember(&old, SIGUSR1));
  for (int i = 0; i < 3; i++) CHECK(raise(SIGUSR1) == 0);
  CHECK(count == 0 && sigpending(&pending) == 0 && sigismember(&pending, SIGUSR1));
  pid_t child = fork();
  if (child == 0) {
    CHECK(sigpending(&pending) == 0 && !sigismember(&pending, SIGUSR1));           // not inherited
    CHECK(sigprocmask(SIG_BLOCK, NULL, &old) == 0 && sigismember(&old, SIGUSR1));  // inherited
    _exit(0);
  }
  expect_exit(child, 0);
  CHECK(sigprocmask(SIG_SETMASK, &old, NULL) == 0 && count == 1);
  signal(SIGUSR1, SIG_IGN);
  CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0 && raise(SIGUSR1) == 0);
  CHECK(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0 && count == 1);
  return ok();
}
