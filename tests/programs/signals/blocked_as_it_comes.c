// A signal that comes just when a call blocks it waits until another call unblocks it.
#include <signal.h>
#include <sys/time.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t handled, is_blocked;

static void handle(int signal) {
  (void)signal;
  CHECK(!is_blocked);
  handled++;
}

int main(void) {
  const struct itimerval every_ms = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
  sigset_t alarm;
  CHECK(sigemptyset(&alarm) == 0 && sigaddset(&alarm, SIGALRM) == 0);
  CHECK(signal(SIGALRM, handle) != SIG_ERR);
  CHECK(setitimer(ITIMER_REAL, &every_ms, NULL) == 0);
  while (handled < 150) {
    CHECK(sigprocmask(SIG_BLOCK, &alarm, NULL) == 0);
    is_blocked = 1;
    for (volatile int i = 0; i < 100; i++) {
    }
    is_blocked = 0;
    CHECK(sigprocmask(SIG_UNBLOCK, &alarm, NULL) == 0);
  }
  CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
  return ok();
}
