// A handler of SIGPIPE has run when write returns with EPIPE, each time.
#include <signal.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "tests/programs/check.h"

static volatile int handled;
static void handle(int signal) {
  CHECK(signal == SIGPIPE && getppid() > 0);
  handled++;
}

static void write_in_vain(int fd, int times) {
  char bytes[64] = {0};
  struct iovec parts[2] = {{bytes, 10}, {bytes + 10, 20}};
  for (int i = 0; i < times; i++) {
    const int before = handled;
    CHECK(write(fd, bytes, sizeof bytes) == -1 && errno == EPIPE && handled == before + 1);
    CHECK(writev(fd, parts, 2) == -1 && errno == EPIPE && handled == before + 2);
  }
}

int main(void) {
  int ends[2];
  signal(SIGPIPE, handle);
  for (int i = 0; i < 100; i++) {
    CHECK(pipe(ends) == 0 && write(ends[1], "x", 1) == 1 && handled == i * 6);
    CHECK(close(ends[0]) == 0);
    write_in_vain(ends[1], 3);
    CHECK(close(ends[1]) == 0);
  }
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0 && close(ends[0]) == 0);
  write_in_vain(ends[1], 50);
  const int before = handled;
  CHECK(send(ends[1], "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE && handled == before);
  CHECK(send(ends[1], "x", 1, 0) == -1 && errno == EPIPE && handled == before + 1);
  signal(SIGPIPE, SIG_IGN);
  CHECK(write(ends[1], "x", 1) == -1 && errno == EPIPE && handled == before + 1);
  return ok();
}
