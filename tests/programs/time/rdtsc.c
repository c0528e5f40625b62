// rdtsc goes forward, and its values are the same in a replay.
// output: varies
#include <stdint.h>
#include <x86intrin.h>

#include "tests/programs/check.h"

int main(void) {
  uint64_t last = __rdtsc();
  printf("%lu\n", last);
  for (int i = 0; i < 1000; i++) {
    uint64_t now = __rdtsc();
    CHECK(now >= last);
    last = now;
  }
  printf("%lu\n", last);
  return ok();
}
