// prctl keeps the task's name, its parent-death signal, dumpability and keep-capabilities.
// warns: prctl
#include <signal.h>
#include <sys/prctl.h>

#include "tests/programs/check.h"

int main(void) {
  char name[17] = "################";
  CHECK(prctl(PR_SET_NAME, "a name that is too long") == 0 && prctl(PR_GET_NAME, name) == 0);
  CHECK(strcmp(name, "a name that is ") == 0);
  int signal = -1;
  CHECK(prctl(PR_SET_PDEATHSIG, SIGUSR1) == 0 && prctl(PR_GET_PDEATHSIG, &signal) == 0);
  CHECK(signal == SIGUSR1 && prctl(PR_SET_PDEATHSIG, 0) == 0);
  CHECK(prctl(PR_SET_DUMPABLE, 1) == 0 && prctl(PR_GET_DUMPABLE) == 1);
  CHECK(prctl(PR_SET_KEEPCAPS, 1) == 0 && prctl(PR_GET_KEEPCAPS) == 1);
  CHECK(prctl(PR_SET_TIMERSLACK, 12345) == 0 && prctl(PR_GET_TIMERSLACK) == 12345);
  CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
  CHECK(prctl(99999) == -1 && errno == EINVAL);
  return ok();
}
