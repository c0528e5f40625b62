// Datagrams between named sockets carry their sender's address.
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/programs/check.h"

static int bound(const char* path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strcpy(address.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  CHECK(fd >= 0 && bind(fd, (struct sockaddr*)&address, sizeof address) == 0);
  return fd;
}

int main(void) {
  int one = bound("one"), two = bound("two");
  struct sockaddr_un to = {.sun_family = AF_UNIX, .sun_path = "two"}, from;
  CHECK(sendto(one, "letter", 6, 0, (struct sockaddr*)&to, sizeof to) == 6);
  socklen_t length = sizeof from;
  char text[16];
  CHECK(recvfrom(two, text, sizeof text, 0, (struct sockaddr*)&from, &length) == 6);
  CHECK(strcmp(from.sun_path, "one") == 0);
  CHECK(sendto(one, "", 0, 0, (struct sockaddr*)&to, sizeof to) == 0);
  CHECK(recv(two, text, sizeof text, 0) == 0);
  to.sun_path[0] = 'x';
  CHECK(sendto(one, "a", 1, 0, (struct sockaddr*)&to, sizeof to) == -1 && errno == ENOENT);
  return ok();
}
