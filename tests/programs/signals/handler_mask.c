// During a handler its own signal and those of sa_mask wait; with SA_NODEFER they do not.
#include <signal.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t depth, deepest, other_inside, others;

static void handle(int signal) {
  if (++depth > deepest) deepest = depth;
  if (depth < 3) raise(signal), raise(SIGUSR2);
  other_inside = others;
  depth--;
}
static void other(int signal) { (void)signal, others++; }

int main(void) {
  struct sigaction action = {.sa_flags = 0};
  action.sa_handler = handle;
  sigemptyset(&action.sa_mask);
  sigaddset(&action.sa_mask, SIGUSR2);
  signal(SIGUSR2, other);
  CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
  // Each run raises the signal again, so let only the first do it.
  depth = 2;
  raise(SIGUSR1);
  CHECK(deepest == 3 && others == 0);
  depth = deepest = 0;
  action.sa_flags = SA_NODEFER;
  CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
  raise(SIGUSR1);
  CHECK(deepest == 3 && depth == 0);
  CHECK(other_inside == 0 && others == 1);  // blocked by sa_mask until the outermost returned
  return ok();
}
