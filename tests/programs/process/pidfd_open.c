// pidfd_open names a child for signals, even with a value.
#include <signal.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

static void handle(int signal, siginfo_t* info, void* context) {
  (void)signal, (void)context;
  _exit(info->si_code == SI_QUEUE ? info->si_value.sival_int : 1);
}

int main(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO};
  action.sa_sigaction = handle;
  CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
  pid_t child = fork();
  if (child == 0) {
    for (;;) pause();
  }
  int pidfd = syscall(SYS_pidfd_open, child, 0);
  CHECK(pidfd >= 0);
  siginfo_t info;
  memset(&info, 0, sizeof info);
  info.si_signo = SIGUSR1, info.si_code = SI_QUEUE;
  info.si_pid = getpid(), info.si_uid = getuid(), info.si_value.sival_int = 66;
  CHECK(syscall(SYS_pidfd_send_signal, pidfd, SIGUSR1, &info, 0) == 0);
  expect_exit(child, 66);
  CHECK(syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0) == -1 && errno == ESRCH);
  CHECK(syscall(SYS_pidfd_open, -5, 0) == -1 && errno == EINVAL);
  return ok();
}
