// setpgid and setsid put a child where it should be; a signal to a group reaches all in it.
#include <signal.h>

#include "tests/programs/check.h"

int main(void) {
  int ready[2];
  char byte;
  CHECK(pipe(ready) == 0);
  pid_t leader = fork();
  if (leader == 0) {
    CHECK(setpgid(0, 0) == 0 && getpgrp() == getpid() && write(ready[1], "x", 1) == 1);
    for (;;) pause();
  }
  CHECK(read(ready[0], &byte, 1) == 1 && getpgid(leader) == leader);
  pid_t member = fork();
  if (member == 0) {
    CHECK(setpgid(0, leader) == 0 && write(ready[1], "x", 1) == 1);
    for (;;) pause();
  }
  CHECK(read(ready[0], &byte, 1) == 1 && getpgid(member) == leader);
  CHECK(setpgid(member, getpgrp()) == 0 && setpgid(member, leader) == 0);
  CHECK(setpgid(member, 999999) == -1 && errno == EPERM);
  CHECK(kill(-leader, SIGTERM) == 0);
  expect_killed(leader, SIGTERM);
  expect_killed(member, SIGTERM);
  CHECK(kill(-leader, 0) == -1 && errno == ESRCH);
  pid_t alone = fork();
  if (alone == 0) _exit(setsid() == getpid() && getsid(0) == getpid() ? 0 : 1);
  expect_exit(alone, 0);
  return ok();
}
