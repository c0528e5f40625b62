// A daemon in a session of its own does its work after its parents have gone.
#include <fcntl.h>

#include "tests/programs/check.h"

int main(void) {
  int done[2];
  CHECK(pipe(done) == 0);
  pid_t child = fork();
  if (child == 0) {
    CHECK(setsid() == getpid());
    if (fork() != 0) _exit(0);
    CHECK(getsid(0) != getpid() && getpgrp() == getsid(0));
    int fd = open("daemon.pid", O_CREAT | O_WRONLY, 0600);
    CHECK(dprintf(fd, "%d\n", getpid()) > 0);
    CHECK(write(done[1], "x", 1) == 1);
    _exit(0);
  }
  CHECK(close(done[1]) == 0);
  expect_exit(child, 0);
  char byte, text[16] = "";
  CHECK(read(done[0], &byte, 1) == 1 && read(done[0], &byte, 1) == 0);
  int fd = open("daemon.pid", O_RDONLY);
  CHECK(fd >= 0 && read(fd, text, 15) > 0 && atoi(text) > 1);
  return ok();
}
