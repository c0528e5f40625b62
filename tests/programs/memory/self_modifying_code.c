// A function of the program's own text is made writable, changed and run again.
#include <stdint.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

__asm__(
    ".text\n.balign 4096\n.globl answer\n.type answer, @function\n"
    "answer: movl $41, %eax\n ret\n.balign 4096\n");
int answer(void);

int main(void) {
  unsigned char* code = (unsigned char*)(uintptr_t)answer;
  CHECK(answer() == 41);
  if (mprotect(code, 4096, PROT_READ | PROT_WRITE | PROT_EXEC)) skip("no writable code here");
  for (int value = 0; value < 200; value++) {
    code[1] = value;
    CHECK(answer() == value);
  }
  CHECK(mprotect(code, 4096, PROT_READ | PROT_EXEC) == 0 && answer() == 199);
  return ok();
}
