// A server listens on a path; the client's request and the answer go through it.
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/programs/check.h"

int main(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
  int server = socket(AF_UNIX, SOCK_STREAM, 0);
  CHECK(bind(server, (struct sockaddr*)&address, sizeof address) == 0 && listen(server, 5) == 0);
  pid_t child = fork();
  if (child == 0) {
    int client = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(connect(client, (struct sockaddr*)&address, sizeof address) == 0);
    char answer[8] = "";
    CHECK(write(client, "ping", 4) == 4 && read(client, answer, 4) == 4);
    CHECK(strcmp(answer, "pong") == 0);
    _exit(0);
  }
  struct sockaddr_un peer;
  socklen_t length = sizeof peer;
  int connection = accept(server, (struct sockaddr*)&peer, &length);
  CHECK(connection >= 0 && length == sizeof(sa_family_t));  // the client has no name
  char request[8] = "";
  CHECK(read(connection, request, 4) == 4 && strcmp(request, "ping") == 0);
  CHECK(write(connection, "pong", 4) == 4);
  expect_exit(child, 0);
  length = 5;
  memset(&peer, '#', sizeof peer);
  CHECK(getsockname(server, (struct sockaddr*)&peer, &length) == 0 && length > 5);
  CHECK(memcmp(peer.sun_path, "soc#", 4) == 0);  // no more written than there was room for
  return ok();
}
