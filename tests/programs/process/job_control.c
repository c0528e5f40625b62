// A little shell: jobs in groups of their own on a pseudo-terminal, stopped by ^Z, brought back.
#include <fcntl.h>
#include <signal.h>
#include <termios.h>

#include "tests/programs/check.h"

static void shell(const char* terminal, int tell) {
  CHECK(setsid() == getpid());
  int tty = open(terminal, O_RDWR), status;
  CHECK(tty >= 0);
  signal(SIGTTOU, SIG_IGN);
  pid_t job = fork();
  if (job == 0) {
    signal(SIGTTOU, SIG_DFL);
    char line[16] = "";
    CHECK(setpgid(0, 0) == 0);
    raise(SIGSTOP);  // until the shell has put us in the foreground
    CHECK(write(tell, "j", 1) == 1);
    CHECK(read(tty, line, sizeof line) == 3 && strcmp(line, "go\n") == 0);
    _exit(7);
  }
  CHECK(waitpid(job, &status, WUNTRACED) == job && WIFSTOPPED(status));
  CHECK(tcsetpgrp(tty, job) == 0 && kill(-job, SIGCONT) == 0);
  CHECK(waitpid(job, &status, WUNTRACED) == job);
  CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTSTP);  // ^Z
  CHECK(tcsetpgrp(tty, getpgrp()) == 0 && write(tell, "s", 1) == 1);
  CHECK(tcsetpgrp(tty, job) == 0 && kill(-job, SIGCONT) == 0);
  expect_exit(job, 7);
  _exit(0);
}

int main(void) {
  int master = posix_openpt(O_RDWR | O_NOCTTY), tell[2];
  char terminal[64], byte;
  if (master < 0) skip("no pseudo-terminals here");
  CHECK(grantpt(master) == 0 && unlockpt(master) == 0 && pipe(tell) == 0);
  CHECK(ptsname_r(master, terminal, sizeof terminal) == 0);
  pid_t child = fork();
  if (child == 0) shell(terminal, tell[1]);
  CHECK(read(tell[0], &byte, 1) == 1 && byte == 'j' && write(master, "\032", 1) == 1);
  CHECK(read(tell[0], &byte, 1) == 1 && byte == 's' && write(master, "go\n", 3) == 3);
  expect_exit(child, 0);
  return ok();
}
