// Queued real-time signals arrive once each, in order, with their values.
#include <signal.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t values[20], count;
static void handle(int signal, siginfo_t* info, void* context) {
  (void)context;
  CHECK(signal == SIGRTMIN + 1 && info->si_code == SI_QUEUE);
  values[count++] = info->si_value.sival_int;
}

int main(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO};
  action.sa_sigaction = handle;
  CHECK(sigaction(SIGRTMIN + 1, &action, NULL) == 0);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN + 1);
  CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  for (int i = 0; i < 20; i++) {
    CHECK(sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = i * i}) == 0);
  }
  CHECK(count == 0 && sigprocmask(SIG_UNBLOCK, &set, NULL) == 0 && count == 20);
  for (int i = 0; i < 20; i++) CHECK(values[i] == i * i);
  return ok();
}
