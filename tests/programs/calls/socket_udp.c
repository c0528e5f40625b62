// UDP over loopback: sender's address, cut datagrams, a receive time limit.
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "tests/programs/check.h"

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr_in from;
  socklen_t length = sizeof address;
  int in = socket(AF_INET, SOCK_DGRAM, 0), out = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK(bind(in, (struct sockaddr*)&address, length) == 0);
  CHECK(getsockname(in, (struct sockaddr*)&address, &length) == 0);
  CHECK(sendto(out, "datagram", 8, 0, (struct sockaddr*)&address, length) == 8);
  char text[4];
  length = sizeof from;
  CHECK(recvfrom(in, text, 4, MSG_TRUNC, (struct sockaddr*)&from, &length) == 8);
  CHECK(memcmp(text, "data", 4) == 0 && length == sizeof from && from.sin_family == AF_INET);
  CHECK(connect(out, (struct sockaddr*)&address, sizeof address) == 0 && send(out, "x", 1, 0) == 1);
  CHECK(recvfrom(in, text, 4, 0, NULL, NULL) == 1);
  struct timeval limit = {0, 20000};
  CHECK(setsockopt(in, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
  CHECK(recv(in, text, 4, 0) == -1 && errno == EAGAIN);
  return ok();
}
