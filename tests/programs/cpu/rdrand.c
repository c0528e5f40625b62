// rdrand, where cpuid advertises it, gives numbers that replay gives again.
// output: varies
#include <cpuid.h>

#include "tests/programs/check.h"

int main(void) {
  unsigned a, b, c, d;
  __cpuid(1, a, b, c, d);
  if (!(c & bit_RDRND)) return ok();
  for (int i = 0; i < 5; i++) {
    unsigned long number = 0;
    unsigned small = 0;
    unsigned char done = 0;
    for (int tries = 0; tries < 100 && !done; tries++) {
      __asm__ volatile("rdrand %0\n setc %1" : "=r"(number), "=q"(done)::"cc");
    }
    CHECK(done);
    __asm__ volatile("rdrand %0\n setc %1" : "=r"(small), "=q"(done)::"cc");
    printf("%016lx %08x %d\n", number, small, done);
  }
  return ok();
}
