// Past RLIMIT_FSIZE a write is cut, then fails with EFBIG and SIGXFSZ.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t signals;
static void count(int signal) { signals += signal == SIGXFSZ; }

int main(void) {
  struct rlimit limit;
  CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
  limit.rlim_cur = 10;
  signal(SIGXFSZ, count);
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
  CHECK(write(fd, "0123456789abcdef", 16) == 10 && signals == 0);
  CHECK(write(fd, "x", 1) == -1 && errno == EFBIG && signals == 1);
  limit.rlim_cur = limit.rlim_max;
  CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0 && write(fd, "x", 1) == 1);
  return ok();
}
