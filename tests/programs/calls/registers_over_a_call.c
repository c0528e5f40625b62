// A call changes rax, rcx and r11 only: rcx holds the next instruction, r11 the flags.
#include <stdint.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(void) {
  uint64_t rax = SYS_getpid, rcx = 1, r11, next, flags, kept[7];
  __asm__ volatile(
      "movq $0x11, %%rbx\n movq $0x22, %%rdx\n movq $0x33, %%rsi\n movq $0x44, %%rdi\n"
      "movq $0x88, %%r8\n movq $0x99, %%r9\n movq $0xaa, %%r10\n"
      "cmpq %%rbx, %%rbx\n pushfq\n popq %%r12\n"
      "syscall\n"
      "1: leaq 1b(%%rip), %%r13\n"
      "movq %%rbx, 0(%[kept])\n movq %%rdx, 8(%[kept])\n movq %%rsi, 16(%[kept])\n"
      "movq %%rdi, 24(%[kept])\n movq %%r8, 32(%[kept])\n movq %%r9, 40(%[kept])\n"
      "movq %%r10, 48(%[kept])\n movq %%r11, %%rdx\n movq %%r13, %%rsi\n movq %%r12, %%rdi\n"
      : "+a"(rax), "+c"(rcx), "=d"(r11), "=S"(next), "=D"(flags)
      : [kept] "r"((uint64_t*)kept)
      : "rbx", "r8", "r9", "r10", "r11", "r12", "r13", "memory", "cc");
  CHECK(rax == (uint64_t)getpid());
  CHECK(rcx == next);
  CHECK((r11 & 0xcd5) == (flags & 0xcd5));  // the arithmetic flags
  CHECK(kept[0] == 0x11 && kept[1] == 0x22 && kept[2] == 0x33 && kept[3] == 0x44);
  CHECK(kept[4] == 0x88 && kept[5] == 0x99 && kept[6] == 0xaa);
  return ok();
}
