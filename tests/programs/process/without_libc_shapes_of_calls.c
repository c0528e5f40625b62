// A program without any library makes calls from code of many shapes: loops, and jumps to a call.
// build: -static -nostdlib -ffreestanding -fno-stack-protector
#include <sys/syscall.h>

// rdi to rdx: arguments; rcx: times. Each returns the last result, or the sum of all.
__asm__(
    ".text\n"
    // A loop around the number and the call.
    ".type whole, @function\nwhole: mov %rcx, %r8\n"
    "1: mov $39, %eax\n syscall\n dec %r8\n jnz 1b\n ret\n .size whole, . - whole\n"
    // A loop that jumps to the `syscall` itself: the first time from above, then directly.
    ".type direct, @function\ndirect: mov %rcx, %r8\n mov $110, %eax\n"
    "1: syscall\n mov %rax, %r9\n mov $110, %eax\n dec %r8\n jnz 1b\n mov %r9, %rax\n ret\n"
    ".size direct, . - direct\n"
    // Two ways to one `syscall`.
    ".type both, @function\nboth: cmp $1, %rdi\n je 1f\n mov $39, %eax\n jmp 2f\n"
    "1: mov $110, %eax\n2: syscall\n ret\n .size both, . - both\n"
    // Called into the middle, at the `syscall`.
    ".type middle, @function\nmiddle: mov $39, %eax\nmiddle_call: syscall\n ret\n .size middle, . "
    "- middle\n"
    ".type into_middle, @function\ninto_middle: mov $110, %eax\n call middle_call\n ret\n"
    ".size into_middle, . - into_middle\n"
    // Flags and registers over a call: what changes is rax, rcx and r11.
    ".type keeps, @function\nkeeps: push %rbx\n push %rbp\n mov $7, %ebx\n mov $8, %ebp\n mov $9, "
    "%r8d\n"
    " mov $10, %r9d\n mov $11, %r10d\n stc\n std\n mov $39, %eax\n syscall\n"
    "3: setc %al\n pushfq\n pop %rdx\n cld\n lea 3b(%rip), %rsi\n cmp %rsi, %rcx\n jne 4f\n"
    " cmp %rdx, %r11\n jne 4f\n"
    " add %rbx, %r8\n add %rbp, %r9\n lea (%r8,%r9), %rsi\n add %r10, %rsi\n cmp $45, %rsi\n jne "
    "4f\n"
    " movzbl %al, %eax\n pop %rbp\n pop %rbx\n ret\n4: mov $0, %eax\n pop %rbp\n pop %rbx\n ret\n"
    ".size keeps, . - keeps\n"
    // No room before it, and two in a row.
    ".type bare, @function\nbare: syscall\n ret\n .size bare, . - bare\n"
    ".type twice, @function\ntwice: mov $39, %eax\n syscall\n mov %rax, %r8\n mov $110, %eax\n "
    "syscall\n"
    " add %r8, %rax\n ret\n .size twice, . - twice\n"
    // The number comes in a register, and from below the stack pointer, and the arguments do, too.
    ".type moved, @function\nmoved: movq $39, -8(%rsp)\n mov -8(%rsp), %rax\n syscall\n"
    " add -8(%rsp), %rax\n sub $39, %rax\n ret\n .size moved, . - moved\n");

long call(long number, long one, long two, long three);
__asm__(
    ".type call, @function\ncall: mov %rdi, %rax\n mov %rsi, %rdi\n mov %rdx, %rsi\n mov %rcx, "
    "%rdx\n"
    " syscall\n ret\n .size call, . - call\n");

long whole(long, long, long, long times);
long direct(long, long, long, long times);
long both(long which);
long middle(void), into_middle(void), keeps(void), twice(void), moved(void);

static void check(int number, int is) {
  if (is) return;
  const char text[] = {'n', 'o', ' ', (char)('a' + number), '\n'};
  call(SYS_write, 2, (long)text, sizeof text);
  call(SYS_exit_group, 1, 0, 0);
}

void begin(void) {
  const long self = call(SYS_getpid, 0, 0, 0), parent = call(SYS_getppid, 0, 0, 0);
  for (int i = 0; i < 300; i++) {
    check(0, whole(0, 0, 0, 5) == self);
    check(1, direct(0, 0, 0, 5) == parent);
    check(2, both(0) == self && both(1) == parent);
    check(3, middle() == self && into_middle() == parent);
    check(4, keeps() == 1);
    check(5, twice() == self + parent);
    check(6, moved() == self);
    long result;
    __asm__ volatile("mov $-1, %%edi; mov $3, %%eax; call bare"
                     : "=a"(result)
                     :
                     : "rcx", "r11", "rdi", "memory");
    check(7, result == -9);
  }
  call(SYS_exit_group, call(SYS_write, 1, (long)"ok\n", 3) == 3 ? 0 : 1, 0, 0);
}
__asm__(
    ".globl _start\n.type _start, @function\n_start: and $-16, %rsp\n call begin\n hlt\n .size "
    "_start, . - _start\n");
