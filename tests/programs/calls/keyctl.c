// A key in the process keyring is added, described and read, where the kernel has keys.
#include <linux/keyctl.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(void) {
  long key = syscall(SYS_add_key, "user", "check", "secret", 6, KEY_SPEC_PROCESS_KEYRING);
  if (key == -1) {
    CHECK(errno == ENOSYS || errno == EPERM || errno == EDQUOT || errno == EACCES);
    return ok();  // containers refuse it
  }
  char text[16];
  memset(text, '#', sizeof text);
  CHECK(syscall(SYS_keyctl, KEYCTL_READ, key, text, sizeof text) == 6);
  CHECK(memcmp(text, "secret#", 7) == 0);
  CHECK(syscall(SYS_keyctl, KEYCTL_REVOKE, key) == 0);
  CHECK(syscall(SYS_keyctl, KEYCTL_READ, key, text, sizeof text) == -1);
  return ok();
}
