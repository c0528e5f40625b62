// membarrier, personality and capget answer as the kernel does.
#include <linux/capability.h>
#include <linux/membarrier.h>
#include <sys/personality.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(void) {
  long commands = syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
  CHECK(commands >= 0 || errno == ENOSYS);
  if (commands > 0 && (commands & MEMBARRIER_CMD_PRIVATE_EXPEDITED)) {
    CHECK(syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0);
    CHECK(syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0);
  }
  int before = personality(0xffffffff);
  CHECK(before >= 0 && personality(before) == before);
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  CHECK(syscall(SYS_capget, &head, data) == 0);
  head.version = 1;
  CHECK(syscall(SYS_capget, &head, data) == -1 && head.version == _LINUX_CAPABILITY_VERSION_3);
  return ok();
}
