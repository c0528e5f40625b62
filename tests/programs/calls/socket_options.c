// getsockopt writes as many bytes as it says, setsockopt's values come back.
#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = socket(AF_INET6, SOCK_STREAM, 0);
  if (fd < 0) fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(fd >= 0);
  int value[2] = {-1, -1};
  socklen_t length = sizeof value;
  CHECK(getsockopt(fd, SOL_SOCKET, SO_TYPE, value, &length) == 0);
  CHECK(length == 4 && value[0] == SOCK_STREAM && value[1] == -1);
  struct linger linger = {1, 5}, back = {0, 0};
  CHECK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == 0);
  length = sizeof back;
  CHECK(getsockopt(fd, SOL_SOCKET, SO_LINGER, &back, &length) == 0);
  CHECK(back.l_onoff == 1 && back.l_linger == 5);
  length = 1;
  value[0] = -1;
  CHECK(getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, value, &length) == 0 && length == 1);
  CHECK((value[0] & 0xff) == 0 && value[0] != 0);  // one byte only
  CHECK(getsockopt(0x7fff, SOL_SOCKET, SO_TYPE, value, &length) == -1 && errno == EBADF);
  return ok();
}
