// Connecting where nobody listens is refused, also when the connect does not block.
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "tests/programs/check.h"

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int nobody = socket(AF_INET, SOCK_STREAM, 0);  // holds the port, does not listen
  CHECK(bind(nobody, (struct sockaddr*)&address, length) == 0);
  CHECK(getsockname(nobody, (struct sockaddr*)&address, &length) == 0);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(connect(fd, (struct sockaddr*)&address, length) == -1 && errno == ECONNREFUSED);
  int other = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), error = 0;
  if (connect(other, (struct sockaddr*)&address, length) == -1 && errno == EINPROGRESS) {
    struct pollfd ready = {.fd = other, .events = POLLOUT};
    CHECK(poll(&ready, 1, -1) == 1 && (ready.revents & POLLERR));
    length = sizeof error;
    CHECK(getsockopt(other, SOL_SOCKET, SO_ERROR, &error, &length) == 0);
    CHECK(error == ECONNREFUSED);
  } else {
    CHECK(errno == ECONNREFUSED);
  }
  return ok();
}
