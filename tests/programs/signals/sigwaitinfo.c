// sigwaitinfo and sigtimedwait take blocked signals without a handler, with what came along.
#include <signal.h>
#include <time.h>

#include "tests/programs/check.h"

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1), sigaddset(&set, SIGRTMIN + 2);
  CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  struct timespec short_time = {0, 10000000}, long_time = {60, 0};
  siginfo_t info;
  CHECK(sigtimedwait(&set, &info, &short_time) == -1 && errno == EAGAIN);
  CHECK(sigqueue(getpid(), SIGRTMIN + 2, (union sigval){.sival_int = 9}) == 0);
  CHECK(sigwaitinfo(&set, &info) == SIGRTMIN + 2 && info.si_value.sival_int == 9);
  pid_t parent = getpid(), child = fork();
  if (child == 0) {
    usleep(10000);
    CHECK(kill(parent, SIGUSR1) == 0);
    _exit(0);
  }
  CHECK(sigtimedwait(&set, &info, &long_time) == SIGUSR1);
  CHECK(info.si_pid == child && info.si_code == SI_USER);
  expect_exit(child, 0);
  return ok();
}
