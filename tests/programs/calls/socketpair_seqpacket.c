// SOCK_SEQPACKET keeps message borders and says when one was cut.
#include <sys/socket.h>
#include <sys/uio.h>

#include "tests/programs/check.h"

int main(void) {
  int pair[2];
  CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
  CHECK(write(pair[0], "first", 5) == 5 && write(pair[0], "second", 6) == 6);
  char one[3], two[4];
  memset(two, '#', sizeof two);
  struct iovec parts[2] = {{one, sizeof one}, {two, 1}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  CHECK(recvmsg(pair[1], &message, 0) == 4 && (message.msg_flags & MSG_TRUNC));
  CHECK(memcmp(one, "fir", 3) == 0 && memcmp(two, "s###", 4) == 0);
  char rest[16];
  CHECK(read(pair[1], rest, sizeof rest) == 6 && memcmp(rest, "second", 6) == 0);
  return ok();
}
