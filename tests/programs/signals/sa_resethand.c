// SA_RESETHAND: the second signal finds the default action.
#include <signal.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t count;
static void handle(int signal) { (void)signal, count++; }

int main(void) {
  pid_t child = fork();
  if (child == 0) {
    struct sigaction action = {.sa_flags = SA_RESETHAND}, now;
    action.sa_handler = handle;
    CHECK(sigaction(SIGTERM, &action, NULL) == 0 && raise(SIGTERM) == 0 && count == 1);
    CHECK(sigaction(SIGTERM, NULL, &now) == 0 && now.sa_handler == SIG_DFL);
    raise(SIGTERM);
    _exit(0);
  }
  expect_killed(child, SIGTERM);
  return ok();
}
