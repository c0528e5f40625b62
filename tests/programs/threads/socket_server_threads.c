// A server thread for each of eight client threads, over loopback.
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

#include "tests/programs/check.h"

static struct sockaddr_in address = {.sin_family = AF_INET};

static void* serve(void* argument) {
  int connection = (int)(long)argument, value;
  while (recv(connection, &value, sizeof value, MSG_WAITALL) == sizeof value) {
    value *= 2;
    CHECK(send(connection, &value, sizeof value, 0) == sizeof value);
  }
  CHECK(close(connection) == 0);
  return NULL;
}
static void* ask(void* argument) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(connect(fd, (struct sockaddr*)&address, sizeof address) == 0);
  for (int i = 0; i < 20; i++) {
    int value = i + 100 * (int)(long)argument, answer = 0;
    CHECK(send(fd, &value, sizeof value, 0) == sizeof value);
    CHECK(recv(fd, &answer, sizeof answer, MSG_WAITALL) == sizeof answer && answer == 2 * value);
  }
  CHECK(close(fd) == 0);
  return NULL;
}

int main(void) {
  socklen_t length = sizeof address;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int server = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(bind(server, (struct sockaddr*)&address, length) == 0 && listen(server, 16) == 0);
  CHECK(getsockname(server, (struct sockaddr*)&address, &length) == 0);
  pthread_t clients[8], servers[8];
  for (long i = 0; i < 8; i++) CHECK(pthread_create(&clients[i], NULL, ask, (void*)i) == 0);
  for (int i = 0; i < 8; i++) {
    long connection = accept(server, NULL, NULL);
    CHECK(connection >= 0 && pthread_create(&servers[i], NULL, serve, (void*)connection) == 0);
  }
  for (int i = 0; i < 8; i++) {
    CHECK(pthread_join(clients[i], NULL) == 0 && pthread_join(servers[i], NULL) == 0);
  }
  return ok();
}
