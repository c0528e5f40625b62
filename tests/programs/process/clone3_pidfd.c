// clone3 gives a pidfd with the child; waitid and poll work on it.
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(void) {
  int pidfd = -1;
  struct clone_args arguments;
  memset(&arguments, 0, sizeof arguments);
  arguments.flags = CLONE_PIDFD;
  arguments.pidfd = (uintptr_t)&pidfd;
  arguments.exit_signal = SIGCHLD;
  pid_t child = syscall(SYS_clone3, &arguments, sizeof arguments);
  if (child == -1 && errno == ENOSYS) return ok();  // as in some containers
  CHECK(child >= 0);
  if (child == 0) {
    for (;;) pause();
  }
  CHECK(pidfd >= 0);
  struct pollfd ended = {pidfd, POLLIN, 0};
  CHECK(poll(&ended, 1, 0) == 0);
  CHECK(syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0) == 0);
  CHECK(poll(&ended, 1, -1) == 1);
  siginfo_t info;
  CHECK(waitid(P_PIDFD, pidfd, &info, WEXITED) == 0 && info.si_pid == child);
  CHECK(info.si_code == CLD_KILLED && info.si_status == SIGKILL);
  return ok();
}
