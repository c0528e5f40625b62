// cpuid answers the same each time, in every register, and in a replay.
// output: varies
#include <cpuid.h>

#include "tests/programs/check.h"

int main(void) {
  unsigned a, b, c, d, highest = __get_cpuid_max(0, NULL);
  char vendor[13] = "";
  CHECK(highest >= 1);
  __cpuid(0, a, b, c, d);
  CHECK(a == highest);
  memcpy(vendor, &b, 4), memcpy(vendor + 4, &d, 4), memcpy(vendor + 8, &c, 4);
  printf("%s, leaves to %u\n", vendor, highest);
  __cpuid(1, a, b, c, d);
  CHECK((d & bit_SSE2) && (d & bit_FXSAVE));
  unsigned again;
  for (int i = 0; i < 10; i++) {
    __cpuid(1, again, b, c, d);
    CHECK(again == a);
  }
  unsigned brand[12];
  for (unsigned i = 0; i < 3; i++) {
    __cpuid(0x80000002 + i, brand[4 * i], brand[4 * i + 1], brand[4 * i + 2], brand[4 * i + 3]);
  }
  printf("%.48s\n", (char*)brand);
  return ok();
}
