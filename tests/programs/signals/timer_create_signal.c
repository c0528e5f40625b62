// A POSIX timer sends its signal with value and overrun count.
#include <signal.h>
#include <time.h>

#include "tests/programs/check.h"

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN);
  CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  struct sigevent event;
  memset(&event, 0, sizeof event);
  event.sigev_notify = SIGEV_SIGNAL, event.sigev_signo = SIGRTMIN;
  event.sigev_value.sival_int = 1234;
  timer_t timer;
  CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
  struct itimerspec when = {{0, 1000000}, {0, 1000000}}, now;
  CHECK(timer_settime(timer, 0, &when, NULL) == 0);
  usleep(10000);
  siginfo_t info;
  CHECK(sigwaitinfo(&set, &info) == SIGRTMIN && info.si_code == SI_TIMER);
  CHECK(info.si_value.sival_int == 1234 && info.si_overrun >= 5);
  CHECK(timer_getoverrun(timer) >= 5 && timer_gettime(timer, &now) == 0);
  CHECK(now.it_interval.tv_nsec == 1000000 && timer_delete(timer) == 0);
  return ok();
}
