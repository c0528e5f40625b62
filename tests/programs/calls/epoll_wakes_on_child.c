// epoll_wait sleeps until another process writes; epoll_pwait2 takes nanoseconds.
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>

#include "tests/programs/check.h"

int main(void) {
  int ends[2], poll = epoll_create1(0);
  CHECK(pipe(ends) == 0);
  struct epoll_event want = {.events = EPOLLIN, .data.fd = ends[0]}, got;
  CHECK(epoll_ctl(poll, EPOLL_CTL_ADD, ends[0], &want) == 0);
  pid_t child = fork();
  if (child == 0) {
    usleep(20000);
    CHECK(write(ends[1], "x", 1) == 1);
    _exit(0);
  }
  CHECK(close(ends[1]) == 0);
  CHECK(epoll_wait(poll, &got, 1, -1) == 1 && got.data.fd == ends[0]);
  char byte;
  CHECK(read(ends[0], &byte, 1) == 1);
  expect_exit(child, 0);
  CHECK(epoll_wait(poll, &got, 1, -1) == 1 && (got.events & EPOLLHUP));
  CHECK(epoll_ctl(poll, EPOLL_CTL_DEL, ends[0], NULL) == 0);
  struct timespec limit = {0, 1000};
  long result = syscall(SYS_epoll_pwait2, poll, &got, 1, &limit, NULL, 8);
  CHECK(result == 0 || (result == -1 && errno == ENOSYS));
  return ok();
}
