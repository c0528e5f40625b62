// One number is a file, a pipe, a socket and a directory in turn, and each time it behaves as such.
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "tests/programs/check.h"

enum { kNumber = 20 };
static char bytes[64];

static void expect_empty_pipe(int fd) {
  CHECK(fcntl(fd, F_SETFL, O_NONBLOCK) == 0 && read(fd, bytes, 1) == -1 && errno == EAGAIN);
  CHECK(fcntl(fd, F_SETFL, 0) == 0 && fcntl(fd, F_GETFL) == O_RDONLY);
  int on = 1;
  CHECK(ioctl(fd, FIONBIO, &on) == 0 && read(fd, bytes, 1) == -1 && errno == EAGAIN);
}

static void as_file(void) {
  CHECK(dup2(open("file", O_RDWR | O_CREAT | O_TRUNC, 0600), kNumber) == kNumber);
  CHECK(write(kNumber, "abc", 3) == 3 && lseek(kNumber, 0, SEEK_CUR) == 3);
  CHECK(pread(kNumber, bytes, 64, 1) == 2 && memcmp(bytes, "bc", 2) == 0);
}

static void as_pipe(void) {
  int ends[2];
  CHECK(pipe(ends) == 0 && dup2(ends[0], kNumber) == kNumber);
  CHECK(lseek(kNumber, 0, SEEK_CUR) == -1 && errno == ESPIPE);
  expect_empty_pipe(kNumber);
  CHECK(write(ends[1], "xyz", 3) == 3 && read(kNumber, bytes, 64) == 3 && bytes[2] == 'z');
  CHECK(dup3(ends[1], kNumber, O_CLOEXEC) == kNumber && write(kNumber, "q", 1) == 1);
  CHECK(read(kNumber, bytes, 1) == -1 && errno == EBADF);
  CHECK(read(ends[0], bytes, 64) == 1 && bytes[0] == 'q');
}

static void as_socket(void) {
  int ends[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0 && close(kNumber) == 0);
  CHECK(fcntl(ends[0], F_DUPFD, kNumber) == kNumber && send(ends[1], "sock", 4, 0) == 4);
  CHECK(recv(kNumber, bytes, 64, MSG_DONTWAIT) == 4 && memcmp(bytes, "sock", 4) == 0);
  CHECK(recv(kNumber, bytes, 64, MSG_DONTWAIT) == -1 && errno == EAGAIN);
  CHECK(write(kNumber, "back", 4) == 4 && read(ends[1], bytes, 64) == 4);
  CHECK(close(ends[1]) == 0 && read(kNumber, bytes, 64) == 0);
}

static void as_directory(void) {
  CHECK(close(kNumber) == 0 && read(kNumber, bytes, 1) == -1 && errno == EBADF);
  const int here = open(".", O_RDONLY | O_DIRECTORY);
  CHECK(fcntl(here, F_DUPFD_CLOEXEC, kNumber) == kNumber);
  CHECK(read(kNumber, bytes, 1) == -1 && errno == EISDIR);
  CHECK(openat(kNumber, "file", O_RDONLY) >= 0);
}

int main(void) {
  for (int i = 0; i < 200; i++) {
    as_file();
    as_pipe();
    as_socket();
    as_directory();
    CHECK(close_range(i % 2 == 0 ? 3 : kNumber, ~0U, 0) == 0 && fcntl(kNumber, F_GETFD) == -1);
    closefrom(3);
  }
  return ok();
}
