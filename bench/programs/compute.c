// Computes, and makes no calls.
#include <stdint.h>

int main(void) {
  uint64_t x = 88172645463325252u;
  for (int i = 0; i < 400000000; i++) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
  }
  return x == 0;
}
