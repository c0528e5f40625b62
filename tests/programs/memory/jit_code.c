// Code is written to memory, made executable and run, then changed and run again.
#include <sys/mman.h>

#include "tests/programs/check.h"

typedef int (*Function)(int);

int main(void) {
  // lea eax, [rdi + constant]; ret
  unsigned char code[] = {0x8d, 0x87, 1, 0, 0, 0, 0xc3};
  unsigned char* page =
      (unsigned char*)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(page != MAP_FAILED);
  for (int i = 1; i < 100; i++) {
    code[2] = i;
    memcpy(page + i * 16, code, sizeof code);
    CHECK(mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0);
    CHECK(((Function)(page + i * 16))(1000) == 1000 + i);
    CHECK(mprotect(page, 4096, PROT_READ | PROT_WRITE) == 0);
  }
  return ok();
}
