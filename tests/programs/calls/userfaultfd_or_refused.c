// userfaultfd either opens or is refused.
// output: varies
// warns: userfaultfd
#include <fcntl.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(void) {
  long fd = syscall(SYS_userfaultfd, O_CLOEXEC | 1);
  if (fd == -1) {
    CHECK(errno == ENOSYS || errno == EPERM || errno == EINVAL);
  } else {
    CHECK(close(fd) == 0);
  }
  return ok();
}
