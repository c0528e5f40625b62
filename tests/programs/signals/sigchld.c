// SIGCHLD tells who ended and how; SIG_IGN reaps by itself.
#include <signal.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t pid, code, status;
static void handle(int signal, siginfo_t* info, void* context) {
  (void)context;
  CHECK(signal == SIGCHLD);
  pid = info->si_pid, code = info->si_code, status = info->si_status;
}

int main(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO | SA_RESTART};
  action.sa_sigaction = handle;
  CHECK(sigaction(SIGCHLD, &action, NULL) == 0);
  pid_t child = fork();
  if (child == 0) _exit(33);
  expect_exit(child, 33);
  CHECK(pid == child && code == CLD_EXITED && status == 33);
  child = fork();
  if (child == 0) {
    for (;;) pause();
  }
  CHECK(kill(child, SIGKILL) == 0);
  expect_killed(child, SIGKILL);
  CHECK(pid == child && code == CLD_KILLED && status == SIGKILL);
  signal(SIGCHLD, SIG_IGN);
  child = fork();
  if (child == 0) _exit(0);
  int wait_status;
  CHECK(waitpid(child, &wait_status, 0) == -1 && errno == ECHILD);
  return ok();
}
