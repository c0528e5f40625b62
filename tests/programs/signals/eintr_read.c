// Without SA_RESTART an interrupted read fails with EINTR; so does one that is always
// interruptible.
#include <poll.h>
#include <signal.h>
#include <sys/time.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t signals;
static void handle(int signal) { (void)signal, signals++; }

int main(void) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  struct sigaction action = {.sa_flags = 0};
  action.sa_handler = handle;
  CHECK(sigaction(SIGALRM, &action, NULL) == 0);
  struct itimerval often = {{0, 20000}, {0, 20000}}, never = {{0, 0}, {0, 0}};
  CHECK(setitimer(ITIMER_REAL, &often, NULL) == 0);
  char byte;
  CHECK(read(ends[0], &byte, 1) == -1 && errno == EINTR && signals > 0);
  action.sa_flags = SA_RESTART;
  CHECK(sigaction(SIGALRM, &action, NULL) == 0);
  struct pollfd set = {ends[0], POLLIN, 0};
  CHECK(poll(&set, 1, -1) == -1 && errno == EINTR);  // poll is never restarted
  CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
  return ok();
}
