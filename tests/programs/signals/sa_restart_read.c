// With SA_RESTART an interrupted read goes on as if nothing had been.
#include <signal.h>

#include "tests/programs/check.h"

static int ends[2];
static volatile sig_atomic_t signals;
static void handle(int signal) {
  (void)signal;
  signals++;
  CHECK(write(ends[1], "x", 1) == 1);
}

int main(void) {
  CHECK(pipe(ends) == 0);
  struct sigaction action = {.sa_flags = SA_RESTART};
  action.sa_handler = handle;
  CHECK(sigaction(SIGALRM, &action, NULL) == 0);
  ualarm(20000, 0);
  char byte = 0;
  CHECK(read(ends[0], &byte, 1) == 1 && byte == 'x' && signals == 1);
  return ok();
}
