// waitpid is restarted after a handler and still gets the child.
#include <signal.h>
#include <sys/time.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t signals;
static void handle(int signal) { (void)signal, signals++; }

int main(void) {
  struct sigaction action = {.sa_flags = SA_RESTART};
  action.sa_handler = handle;
  CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
  int go[2];
  CHECK(pipe(go) == 0);
  pid_t child = fork();
  if (child == 0) {
    char byte;
    CHECK(read(go[0], &byte, 1) == 1);
    _exit(4);
  }
  pid_t ringer = fork();
  if (ringer == 0) {
    for (int i = 0; i < 5; i++) usleep(5000), kill(getppid(), SIGUSR1);
    CHECK(write(go[1], "x", 1) == 1);
    for (;;) pause();
  }
  expect_exit(child, 4);
  CHECK(kill(ringer, SIGKILL) == 0);
  expect_killed(ringer, SIGKILL);
  return ok();
}
