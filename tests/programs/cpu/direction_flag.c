// A call made with the direction flag set leaves it set.
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(void) {
  unsigned long flags;
  long result;
  __asm__ volatile("std\n syscall\n pushfq\n popq %[flags]\n cld"
                   : "=a"(result), [flags] "=r"(flags)
                   : "a"(SYS_getpid)
                   : "rcx", "r11", "memory", "cc");
  CHECK(result == getpid() && (flags & 0x400));
  char from[64], to[64];
  for (int i = 0; i < 64; i++) from[i] = i;
  const char* source = from + 63;
  char* target = to + 63;
  unsigned long count = 64;
  __asm__ volatile("std\n rep movsb\n cld" : "+S"(source), "+D"(target), "+c"(count)::"memory");
  CHECK(memcmp(from, to, 64) == 0 && count == 0);
  return ok();
}
