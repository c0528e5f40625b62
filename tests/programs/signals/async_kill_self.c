// kill, raise, tgkill and pthread_kill to oneself run the handler before they return.
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t count;
static void handle(int signal, siginfo_t* info, void* context) {
  (void)context;
  CHECK(signal == SIGUSR1 && info->si_pid == getpid() && info->si_uid == getuid());
  CHECK(info->si_code == SI_USER || info->si_code == SI_TKILL);
  count++;
}

int main(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO};
  action.sa_sigaction = handle;
  CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
  CHECK(kill(getpid(), SIGUSR1) == 0 && count == 1);
  CHECK(raise(SIGUSR1) == 0 && count == 2);
  CHECK(tgkill(getpid(), gettid(), SIGUSR1) == 0 && count == 3);
  CHECK(syscall(SYS_tkill, gettid(), SIGUSR1) == 0 && count == 4);
  CHECK(pthread_kill(pthread_self(), SIGUSR1) == 0 && count == 5);
  CHECK(kill(0, 0) == 0 && kill(getpid(), 99) == -1 && errno == EINVAL);
  return ok();
}
