// epoll: level triggering repeats, edge triggering does not, one shot disarms.
#include <sys/epoll.h>

#include "tests/programs/check.h"

int main(void) {
  int ends[2], poll = epoll_create1(EPOLL_CLOEXEC);
  CHECK(poll >= 0 && pipe(ends) == 0);
  struct epoll_event want = {.events = EPOLLIN, .data.u64 = 0x1122334455667788}, got[4];
  CHECK(epoll_ctl(poll, EPOLL_CTL_ADD, ends[0], &want) == 0);
  CHECK(epoll_wait(poll, got, 4, 0) == 0);
  CHECK(write(ends[1], "x", 1) == 1);
  memset(got, '#', sizeof got);
  CHECK(epoll_wait(poll, got, 4, -1) == 1 && epoll_wait(poll, got, 4, -1) == 1);
  CHECK(got[0].events == EPOLLIN && got[0].data.u64 == 0x1122334455667788);
  CHECK(got[1].events == 0x23232323);  // only the result's entries are written
  want.events = EPOLLIN | EPOLLET;
  CHECK(epoll_ctl(poll, EPOLL_CTL_MOD, ends[0], &want) == 0);
  CHECK(epoll_pwait(poll, got, 4, 1000, NULL) == 1 && epoll_wait(poll, got, 4, 0) == 0);
  want.events = EPOLLIN | EPOLLONESHOT;
  CHECK(epoll_ctl(poll, EPOLL_CTL_MOD, ends[0], &want) == 0);
  CHECK(epoll_wait(poll, got, 4, 1000) == 1 && epoll_wait(poll, got, 4, 10) == 0);
  CHECK(epoll_ctl(poll, EPOLL_CTL_DEL, ends[0], NULL) == 0);
  CHECK(epoll_ctl(poll, EPOLL_CTL_DEL, ends[0], NULL) == -1 && errno == ENOENT);
  return ok();
}
