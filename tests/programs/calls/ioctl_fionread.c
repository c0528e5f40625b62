// FIONREAD tells how many bytes wait in a pipe, a socket and a file; FIONBIO switches blocking.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "tests/programs/check.h"

int main(void) {
  int ends[2], pair[2], waiting = -1, on = 1;
  CHECK(pipe(ends) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
  CHECK(ioctl(ends[0], FIONREAD, &waiting) == 0 && waiting == 0);
  CHECK(write(ends[1], "12345", 5) == 5 && write(pair[0], "123", 3) == 3);
  CHECK(ioctl(ends[0], FIONREAD, &waiting) == 0 && waiting == 5);
  CHECK(ioctl(pair[1], FIONREAD, &waiting) == 0 && waiting == 3);
  CHECK(ioctl(ends[0], FIONBIO, &on) == 0 && (fcntl(ends[0], F_GETFL) & O_NONBLOCK));
  CHECK(ioctl(ends[0], FIOCLEX) == 0 && fcntl(ends[0], F_GETFD) == FD_CLOEXEC);
  CHECK(ioctl(ends[0], TIOCGWINSZ, &waiting) == -1 && errno == ENOTTY);
  CHECK(!isatty(ends[0]));
  return ok();
}
