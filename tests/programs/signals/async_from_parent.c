// A parent's signals reach a child that waits for them in pause.
#include <signal.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t count, last;
static void handle(int signal, siginfo_t* info, void* context) {
  (void)context;
  CHECK(info->si_pid == getppid());
  count++, last = signal;
}

int main(void) {
  int ready[2];
  CHECK(pipe(ready) == 0);
  sigset_t set, old;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1), sigaddset(&set, SIGUSR2);
  CHECK(sigprocmask(SIG_BLOCK, &set, &old) == 0);
  pid_t child = fork();
  if (child == 0) {
    struct sigaction action = {.sa_flags = SA_SIGINFO};
    action.sa_sigaction = handle;
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0 && sigaction(SIGUSR2, &action, NULL) == 0);
    for (int i = 1; i <= 20; i++) {
      CHECK(write(ready[1], "x", 1) == 1);
      CHECK(sigsuspend(&old) == -1 && errno == EINTR);
      CHECK(count == i && last == (i % 2 ? SIGUSR1 : SIGUSR2));
    }
    _exit(0);
  }
  char byte;
  for (int i = 1; i <= 20; i++) {
    CHECK(read(ready[0], &byte, 1) == 1 && kill(child, i % 2 ? SIGUSR1 : SIGUSR2) == 0);
  }
  expect_exit(child, 0);
  return ok();
}
