// Pending signals are delivered lowest first, each with its own blocked set.
#include <signal.h>

#include "tests/programs/check.h"

static int order[8], count;
static void handle(int signal) { order[count++] = signal; }

int main(void) {
  const int signals[] = {SIGRTMIN + 3, SIGUSR2, SIGHUP, SIGUSR1};
  struct sigaction action = {.sa_flags = 0};
  action.sa_handler = handle;
  sigfillset(&action.sa_mask);  // one runs after the other, not inside it
  sigset_t set;
  sigemptyset(&set);
  for (int i = 0; i < 4; i++) {
    CHECK(sigaction(signals[i], &action, NULL) == 0);
    sigaddset(&set, signals[i]);
  }
  CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  for (int i = 0; i < 4; i++) CHECK(raise(signals[i]) == 0);
  CHECK(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0 && count == 4);
  CHECK(order[0] == SIGHUP && order[1] == SIGUSR1 && order[2] == SIGUSR2);
  CHECK(order[3] == SIGRTMIN + 3);
  return ok();
}
