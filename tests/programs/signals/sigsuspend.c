// sigsuspend waits with another mask and puts the old one back.
#include <signal.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t count;
static void handle(int signal) { (void)signal, count++; }

int main(void) {
  signal(SIGUSR1, handle);
  sigset_t set, open, now;
  sigemptyset(&set), sigemptyset(&open);
  sigaddset(&set, SIGUSR1);
  CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  pid_t parent = getpid(), child = fork();
  if (child == 0) {
    CHECK(kill(parent, SIGUSR1) == 0);
    _exit(0);
  }
  CHECK(sigsuspend(&open) == -1 && errno == EINTR && count == 1);
  CHECK(sigprocmask(SIG_BLOCK, NULL, &now) == 0 && sigismember(&now, SIGUSR1));
  expect_exit(child, 0);
  return ok();
}
