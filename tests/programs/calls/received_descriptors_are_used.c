// Descriptors that come over a socket take numbers that were others' before: each is what was sent.
#include <fcntl.h>
#include <sys/socket.h>

#include "tests/programs/check.h"

static void send_descriptors(int socket, int one, int two) {
  union {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(2 * sizeof(int))];
  } control;
  struct iovec part = {"d", 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control};
  message.msg_controllen = sizeof control;
  control.head = (struct cmsghdr){CMSG_LEN(2 * sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
  memcpy(CMSG_DATA(&control.head), (int[]){one, two}, 2 * sizeof(int));
  CHECK(sendmsg(socket, &message, 0) == 1);
}

static void receive_descriptors(int socket, int* into) {
  char byte, control[100];
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control};
  message.msg_controllen = sizeof control;
  CHECK(recvmsg(socket, &message, 0) == 1);
  struct cmsghdr* head = CMSG_FIRSTHDR(&message);
  CHECK(head && head->cmsg_type == SCM_RIGHTS && head->cmsg_len == CMSG_LEN(2 * sizeof(int)));
  memcpy(into, CMSG_DATA(head), 2 * sizeof(int));
}

int main(void) {
  int ends[2], channel[2], got[2];
  char bytes[10];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, channel) == 0);
  const int zero = open("/dev/zero", O_RDONLY);
  for (int i = 0; i < 200; i++) {
    CHECK(pipe(ends) == 0);
    send_descriptors(channel[0], i % 2 == 0 ? ends[0] : zero, i % 2 == 0 ? zero : ends[0]);
    const int low = ends[0];
    CHECK(close(ends[0]) == 0);  // its number is the first that the receiver gets
    receive_descriptors(channel[1], got);
    CHECK(got[0] == low && write(ends[1], "abc", 3) == 3);
    CHECK(read(got[i % 2], bytes, 10) == 3 && memcmp(bytes, "abc", 3) == 0);
    CHECK(read(got[1 - i % 2], bytes, 10) == 10 && bytes[0] == 0 && bytes[9] == 0);
    CHECK(fcntl(got[i % 2], F_SETFL, O_NONBLOCK) == 0);
    CHECK(read(got[i % 2], bytes, 10) == -1 && errno == EAGAIN);
    CHECK(close(ends[1]) == 0 && read(got[i % 2], bytes, 10) == 0);
    CHECK(close(got[0]) == 0 && close(got[1]) == 0);
  }
  return ok();
}
