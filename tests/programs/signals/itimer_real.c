// ITIMER_REAL fires again and again while the program sleeps.
#include <signal.h>
#include <sys/time.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t count;
static void handle(int signal) { (void)signal, count++; }

int main(void) {
  signal(SIGALRM, handle);
  sigset_t set, old;
  sigemptyset(&set);
  sigaddset(&set, SIGALRM);
  CHECK(sigprocmask(SIG_BLOCK, &set, &old) == 0);
  struct itimerval often = {{0, 2000}, {0, 2000}}, now, never = {{0, 0}, {0, 0}};
  CHECK(setitimer(ITIMER_REAL, &often, NULL) == 0);
  CHECK(getitimer(ITIMER_REAL, &now) == 0 && now.it_interval.tv_usec == 2000);
  for (int i = 1; i <= 10; i++) {
    CHECK(sigsuspend(&old) == -1 && errno == EINTR && count == i);
  }
  CHECK(setitimer(ITIMER_REAL, &never, &now) == 0 && now.it_interval.tv_usec == 2000);
  return ok();
}
