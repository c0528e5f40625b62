// A session leader's controlling terminal sends SIGINT for ^C, SIGWINCH on resizing, SIGHUP at its
// end.
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "tests/programs/check.h"

static int await(const sigset_t* set) {
  int signal = 0;
  CHECK(sigwait(set, &signal) == 0);
  return signal;
}

int main(void) {
  int master = posix_openpt(O_RDWR | O_NOCTTY), ready[2];
  if (master < 0) skip("no pseudo-terminals here");
  CHECK(grantpt(master) == 0 && unlockpt(master) == 0 && pipe(ready) == 0);
  char name[64], byte;
  CHECK(ptsname_r(master, name, sizeof name) == 0);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT), sigaddset(&set, SIGWINCH), sigaddset(&set, SIGHUP);
  CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  pid_t child = fork();
  if (child == 0) {
    CHECK(close(master) == 0 && setsid() == getpid());
    int slave = open(name, O_RDWR);  // becomes the controlling terminal
    CHECK(slave >= 0 && tcgetsid(slave) == getpid() && tcgetpgrp(slave) == getpid());
    CHECK(write(ready[1], "1", 1) == 1 && await(&set) == SIGINT);
    CHECK(write(ready[1], "2", 1) == 1 && await(&set) == SIGWINCH);
    CHECK(write(ready[1], "3", 1) == 1 && await(&set) == SIGHUP);
    _exit(0);
  }
  struct winsize size = {10, 20, 0, 0};
  CHECK(read(ready[0], &byte, 1) == 1 && write(master, "\003", 1) == 1);
  CHECK(read(ready[0], &byte, 1) == 1 && ioctl(master, TIOCSWINSZ, &size) == 0);
  CHECK(read(ready[0], &byte, 1) == 1 && close(master) == 0);
  expect_exit(child, 0);
  return ok();
}
