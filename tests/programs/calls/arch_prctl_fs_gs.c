// arch_prctl sets and gets the FS and GS bases, and memory through them is where they say.
// warns: arch_prctl
#include <asm/prctl.h>
#include <stdint.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(void) {
  static uint64_t area[2] = {0x1234, 0x5678};
  unsigned long fs = 0, gs = 0;
  CHECK(syscall(SYS_arch_prctl, ARCH_GET_FS, &fs) == 0);
  uint64_t self;
  __asm__("movq %%fs:0, %0" : "=r"(self));
  CHECK(fs == self);  // the thread pointer points to itself
  CHECK(syscall(SYS_arch_prctl, ARCH_SET_GS, area) == 0);
  uint64_t second;
  __asm__ volatile("movq %%gs:8, %0" : "=r"(second));
  CHECK(second == 0x5678);
  CHECK(syscall(SYS_arch_prctl, ARCH_GET_GS, &gs) == 0 && gs == (unsigned long)area);
  CHECK(syscall(SYS_arch_prctl, ARCH_SET_FS, ~0ul) == -1 && errno == EPERM);
  CHECK(syscall(SYS_arch_prctl, 0x7777, 0) == -1 && errno == EINVAL);
  return ok();
}
