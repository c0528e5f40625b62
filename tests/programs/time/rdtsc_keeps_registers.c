// rdtsc changes rax and rdx only, and clears their upper halves.
#include <stdint.h>

#include "tests/programs/check.h"

int main(void) {
  uint64_t rax = ~0ul, rdx = ~0ul, rcx = 0x1234567890, rbx = 0xabcdef, before, after;
  __asm__ volatile(
      "cmpq %%rax, %%rax\n pushfq\n popq %[before]\n"
      "rdtsc\n"
      "pushfq\n popq %[after]\n"
      : "+a"(rax), "+d"(rdx), "+c"(rcx), "+b"(rbx), [before] "=&r"(before), [after] "=&r"(after)
      :
      : "cc", "memory");
  CHECK(rax >> 32 == 0 && rdx >> 32 == 0 && rcx == 0x1234567890 && rbx == 0xabcdef);
  CHECK((before & 0x8d5) == (after & 0x8d5));
  return ok();
}
