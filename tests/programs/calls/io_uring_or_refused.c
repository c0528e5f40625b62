// io_uring either works or is refused as on a kernel without it: programs then take another way.
// output: varies
// warns: io_uring
#include <linux/io_uring.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(void) {
  struct io_uring_params parameters;
  memset(&parameters, 0, sizeof parameters);
  long fd = syscall(SYS_io_uring_setup, 4, &parameters);
  if (fd == -1) {
    CHECK(errno == ENOSYS || errno == EPERM);
  } else {
    CHECK(parameters.sq_entries == 4 && parameters.cq_entries >= 4 && close(fd) == 0);
  }
  CHECK(syscall(SYS_io_uring_enter, -1, 0, 0, 0, NULL, 0) == -1);
  CHECK(errno == ENOSYS || errno == EBADF || errno == EPERM);
  return ok();
}
