// cpuid clears the upper halves of its four registers and leaves the flags alone.
#include <stdint.h>

#include "tests/programs/check.h"

int main(void) {
  uint64_t a = 0xffffffff00000000ul, b = ~0ul, c = 0xffffffff00000000ul, d = ~0ul, before, after;
  __asm__ volatile("cmpq %%rax, %%rax\n pushfq\n popq %[before]\n cpuid\n pushfq\n popq %[after]\n"
                   : "+a"(a), "+b"(b), "+c"(c),
                     "+d"(d), [before] "=&r"(before), [after] "=&r"(after)
                   :
                   : "cc", "memory");
  CHECK(a >> 32 == 0 && b >> 32 == 0 && c >> 32 == 0 && d >> 32 == 0);
  CHECK((before & 0x8d5) == (after & 0x8d5));
  return ok();
}
