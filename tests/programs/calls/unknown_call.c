// A call number that does not exist gives ENOSYS and changes nothing.
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(void) {
  CHECK(syscall(5000, 1, 2, 3) == -1 && errno == ENOSYS);
  CHECK(syscall(-1) == -1 && errno == ENOSYS);
  CHECK(syscall(SYS_getpid) == getpid());
  return ok();
}
