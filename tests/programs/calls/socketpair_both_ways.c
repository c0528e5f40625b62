// A stream socketpair carries bytes both ways, peeks, and is shut down by halves.
#include <sys/socket.h>

#include "tests/programs/check.h"

int main(void) {
  int pair[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
  CHECK(send(pair[0], "there", 5, 0) == 5 && send(pair[1], "back", 4, 0) == 4);
  char text[16];
  memset(text, '#', sizeof text);
  CHECK(recv(pair[1], text, sizeof text, MSG_PEEK) == 5);
  CHECK(recv(pair[1], text, sizeof text, 0) == 5 && memcmp(text, "there#", 6) == 0);
  CHECK(recv(pair[1], text, sizeof text, MSG_DONTWAIT) == -1 && errno == EAGAIN);
  CHECK(shutdown(pair[0], SHUT_WR) == 0 && read(pair[1], text, 1) == 0);
  CHECK(recv(pair[0], text, 4, MSG_WAITALL) == 4);
  CHECK(send(pair[0], "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE);
  return ok();
}
