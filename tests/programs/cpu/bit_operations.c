// Long arithmetic on all general registers gives the sum that it should.
#include <stdint.h>

#include "tests/programs/check.h"

int main(void) {
  uint64_t a = 0x9e3779b97f4a7c15u, b = 0xbf58476d1ce4e5b9u, sum = 0;
  for (int i = 0; i < 1000000; i++) {
    a ^= a << 13, a ^= a >> 7, a ^= a << 17;
    b = b * 6364136223846793005u + 1442695040888963407u;
    sum += (a >> 3) ^ (b << 2) ^ (uint64_t)((unsigned __int128)a * b >> 64);
  }
  printf("%016lx\n", sum);
  return ok();
}
