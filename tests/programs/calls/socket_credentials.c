// SO_PASSCRED and SO_PEERCRED tell who is at the other end.
#include <sys/socket.h>

#include "tests/programs/check.h"

int main(void) {
  int pair[2], on = 1;
  CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
  CHECK(setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0);
  pid_t child = fork();
  if (child == 0) {
    CHECK(send(pair[1], "hi", 2, 0) == 2);
    _exit(0);
  }
  char text[8], control[CMSG_SPACE(sizeof(struct ucred))];
  struct iovec part = {text, sizeof text};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  CHECK(recvmsg(pair[0], &message, 0) == 2);
  struct cmsghdr* head = CMSG_FIRSTHDR(&message);
  CHECK(head && head->cmsg_type == SCM_CREDENTIALS);
  struct ucred sender;
  memcpy(&sender, CMSG_DATA(head), sizeof sender);
  CHECK(sender.pid == child && sender.uid == getuid() && sender.gid == getgid());
  expect_exit(child, 0);
  int stream[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, stream) == 0);
  socklen_t length = sizeof sender;
  CHECK(getsockopt(stream[0], SOL_SOCKET, SO_PEERCRED, &sender, &length) == 0);
  CHECK(sender.pid == getpid() && length == sizeof sender);
  return ok();
}
