// cpuid leaf 0xd and xgetbv agree about the state that is enabled.
#include <cpuid.h>

#include "tests/programs/check.h"

int main(void) {
  unsigned a, b, c, d, low, high;
  __cpuid(1, a, b, c, d);
  if (!(c & bit_OSXSAVE)) return ok();
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  CHECK((low & 3) == 3);  // x87 and SSE
  __cpuid_count(0xd, 0, a, b, c, d);
  CHECK((a & low) == low && b <= c && b >= 512 + 64);
  __cpuid_count(0xd, 1, a, b, c, d);
  for (unsigned part = 2; part < 32; part++) {
    if (!(low >> part & 1)) continue;
    __cpuid_count(0xd, part, a, b, c, d);
    CHECK(a > 0);
  }
  return ok();
}
