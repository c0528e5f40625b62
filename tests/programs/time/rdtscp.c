// rdtscp gives the time and the processor's number.
// output: varies
#include <cpuid.h>
#include <sched.h>
#include <stdint.h>
#include <x86intrin.h>

#include "tests/programs/check.h"

int main(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(0x80000001, &a, &b, &c, &d) || !(d & (1u << 27))) return ok();
  unsigned processor = ~0u;
  uint64_t first = __rdtscp(&processor), second = __rdtscp(&processor);
  CHECK(second >= first);
  CHECK((processor & 0xfff) < 4096);
  printf("%lu on %u\n", first, processor & 0xfff);
  return ok();
}
