// Interrupted at any depth of a recursion, the moment is found again.
// output: varies
#include "interrupted.h"

static uint64_t calls;

__attribute__((noinline)) static uint64_t fibonacci(uint64_t n) {
  calls++;
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

int main(void) {
  begin(&calls, 0);
  uint64_t n = 0;
  while (goes_on()) mix(fibonacci(n++ % 24));
  return end();
}
