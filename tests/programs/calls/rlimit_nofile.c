// Limits set with setrlimit and prlimit come back and are kept.
#include <fcntl.h>
#include <sys/resource.h>

#include "tests/programs/check.h"

int main(void) {
  struct rlimit limit, before;
  CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
  limit = (struct rlimit){20, before.rlim_max};
  CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  int fd, last = -1;
  while ((fd = open("/dev/null", O_RDONLY)) >= 0) last = fd;
  CHECK(errno == EMFILE && last == 19);
  CHECK(dup2(0, 25) == -1 && errno == EBADF);
  struct rlimit old;
  CHECK(prlimit(0, RLIMIT_NOFILE, &before, &old) == 0 && old.rlim_cur == 20);
  CHECK(dup2(0, 25) == 25 || dup2(1, 25) == 25);
  CHECK(getrlimit((__rlimit_resource_t)99, &limit) == -1 && errno == EINVAL);
  return ok();
}
