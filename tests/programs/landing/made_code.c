// Interrupted in code that the program has made for itself, the moment is found again.
// output: varies
#include <sys/mman.h>

#include "interrupted.h"

typedef uint64_t Count(uint64_t rounds, uint64_t* counter);

// xor %eax,%eax; 1: inc %rax; add %rax,(%rsi); dec %rdi; jne 1b; ret
static const unsigned char kCode[] = {0x31, 0xc0, 0x48, 0xff, 0xc0, 0x48, 0x01,
                                      0x06, 0x48, 0xff, 0xcf, 0x75, 0xf5, 0xc3};

int main(void) {
  void* page =
      mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(page != MAP_FAILED);
  memcpy(page, kCode, sizeof kCode);
  uint64_t counter = 0;
  begin(&counter, 0);
  while (goes_on()) CHECK(((Count*)page)(10000, &counter) == 10000);
  return end();
}
