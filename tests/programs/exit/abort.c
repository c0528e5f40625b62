// abort ends by SIGABRT, though it is blocked.
// expect: signal SIGABRT
#include <signal.h>

#include "tests/programs/check.h"

int main(void) {
  sigset_t all;
  sigfillset(&all);
  CHECK(sigprocmask(SIG_BLOCK, &all, NULL) == 0);
  ok();
  fflush(stdout);
  abort();
}
