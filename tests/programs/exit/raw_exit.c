// The exit call alone, in the only thread.
// expect: exit 7
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(void) {
  ok();
  fflush(stdout);
  syscall(SYS_exit, 7);
}
