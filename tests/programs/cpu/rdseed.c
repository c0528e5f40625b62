// rdseed, where cpuid advertises it, gives numbers that replay gives again.
// output: varies
#include <cpuid.h>

#include "tests/programs/check.h"

int main(void) {
  unsigned a, b, c, d;
  __cpuid_count(7, 0, a, b, c, d);
  if (!(b & bit_RDSEED)) return ok();
  for (int i = 0; i < 5; i++) {
    unsigned long number = 0;
    unsigned char done = 0;
    __asm__ volatile("rdseed %0\n setc %1" : "=r"(number), "=q"(done)::"cc");  // may be exhausted
    CHECK(done || number == 0);
    printf("%016lx %d\n", number, done);
  }
  return ok();
}
