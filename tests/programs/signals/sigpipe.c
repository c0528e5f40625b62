// Writing to a pipe without reader is SIGPIPE, or EPIPE when that is ignored.
#include <signal.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t count;
static void handle(int signal) { (void)signal, count++; }

int main(void) {
  int ends[2];
  CHECK(pipe(ends) == 0 && close(ends[0]) == 0);
  signal(SIGPIPE, handle);
  CHECK(write(ends[1], "x", 1) == -1 && errno == EPIPE && count == 1);
  signal(SIGPIPE, SIG_IGN);
  CHECK(write(ends[1], "x", 1) == -1 && errno == EPIPE && count == 1);
  pid_t child = fork();
  if (child == 0) {
    signal(SIGPIPE, SIG_DFL);
    if (write(ends[1], "x", 1) == 1) _exit(1);
    _exit(0);
  }
  expect_killed(child, SIGPIPE);
  return ok();
}
