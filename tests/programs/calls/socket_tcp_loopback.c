// A TCP connection over loopback: names, options, data, half close.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "tests/programs/check.h"

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int server = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  CHECK(setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
  CHECK(bind(server, (struct sockaddr*)&address, length) == 0 && listen(server, 5) == 0);
  CHECK(getsockname(server, (struct sockaddr*)&address, &length) == 0 && address.sin_port != 0);
  pid_t child = fork();
  if (child == 0) {
    int client = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    CHECK(connect(client, (struct sockaddr*)&address, sizeof address) == 0);
    CHECK(setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
    CHECK(send(client, "request", 7, 0) == 7 && shutdown(client, SHUT_WR) == 0);
    char answer[16] = "";
    CHECK(recv(client, answer, 6, MSG_WAITALL) == 6 && strcmp(answer, "answer") == 0);
    _exit(0);
  }
  struct sockaddr_in peer, same;
  length = sizeof peer;
  int connection = accept4(server, (struct sockaddr*)&peer, &length, SOCK_CLOEXEC);
  CHECK(connection >= 0 && length == sizeof peer && peer.sin_family == AF_INET);
  CHECK(getpeername(connection, (struct sockaddr*)&same, &length) == 0);
  CHECK(same.sin_port == peer.sin_port);
  char request[16] = "";
  CHECK(recv(connection, request, sizeof request, MSG_WAITALL) == 7);
  CHECK(strcmp(request, "request") == 0 && send(connection, "ans", 3, MSG_MORE) == 3);
  CHECK(send(connection, "wer", 3, 0) == 3);
  expect_exit(child, 0);
  return ok();
}
