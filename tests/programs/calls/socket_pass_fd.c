// SCM_RIGHTS hands two open files to another process.
#include <fcntl.h>
#include <sys/socket.h>

#include "tests/programs/check.h"

typedef union {
  struct cmsghdr head;
  char room[CMSG_SPACE(2 * sizeof(int))];
} Control;

int main(void) {
  int pair[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
  char byte = 'x';
  struct iovec part = {&byte, 1};
  Control control;
  memset(&control, 0, sizeof control);
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  pid_t child = fork();
  if (child == 0) {
    int fds[2] = {open("one", O_CREAT | O_RDWR, 0600), open("two", O_CREAT | O_RDWR, 0600)};
    CHECK(write(fds[0], "1", 1) == 1 && write(fds[1], "22", 2) == 2);
    control.head = (struct cmsghdr){CMSG_LEN(sizeof fds), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(&control.head), fds, sizeof fds);
    CHECK(sendmsg(pair[1], &message, 0) == 1);
    _exit(0);
  }
  CHECK(recvmsg(pair[0], &message, MSG_CMSG_CLOEXEC) == 1);
  struct cmsghdr* head = CMSG_FIRSTHDR(&message);
  CHECK(head && head->cmsg_type == SCM_RIGHTS && head->cmsg_len == CMSG_LEN(8));
  int fds[2];
  memcpy(fds, CMSG_DATA(head), sizeof fds);
  CHECK(lseek(fds[0], 0, SEEK_CUR) == 1 && lseek(fds[1], 0, SEEK_CUR) == 2);
  CHECK(fcntl(fds[0], F_GETFD) == FD_CLOEXEC);
  expect_exit(child, 0);
  return ok();
}
