// SIGTERM without a handler.
// expect: signal SIGTERM
#include <signal.h>

#include "tests/programs/check.h"

int main(void) {
  ok();
  fflush(stdout);
  raise(SIGTERM);
  return 0;
}
