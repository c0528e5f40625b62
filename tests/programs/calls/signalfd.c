// signalfd delivers blocked signals as records with sender and value.
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include "tests/programs/check.h"

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1), sigaddset(&set, SIGRTMIN), sigaddset(&set, SIGCHLD);
  CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  int fd = signalfd(-1, &set, SFD_NONBLOCK);
  struct signalfd_siginfo got[4];
  CHECK(fd >= 0 && read(fd, got, sizeof got) == -1 && errno == EAGAIN);
  CHECK(kill(getpid(), SIGUSR1) == 0);
  CHECK(sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 42}) == 0);
  CHECK(read(fd, got, sizeof got) == 2 * sizeof got[0]);
  CHECK(got[0].ssi_signo == SIGUSR1 && got[0].ssi_pid == (unsigned)getpid());
  CHECK(got[1].ssi_signo == (unsigned)SIGRTMIN && got[1].ssi_int == 42);
  pid_t child = fork();
  if (child == 0) _exit(5);
  struct pollfd ready = {fd, POLLIN, 0};
  CHECK(poll(&ready, 1, -1) == 1 && read(fd, got, sizeof got) == sizeof got[0]);
  CHECK(got[0].ssi_signo == SIGCHLD && got[0].ssi_pid == (unsigned)child && got[0].ssi_status == 5);
  expect_exit(child, 5);
  return ok();
}
