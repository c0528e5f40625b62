// x87 control word, stack and rounding are kept over calls and fork.
// build: -lm
#include <fenv.h>
#include <math.h>

#include "tests/programs/check.h"

int main(void) {
  CHECK(fesetround(FE_UPWARD) == 0);
  unsigned short control = 0, again = 0;
  __asm__ volatile("fnstcw %0" : "=m"(control));
  volatile double one = 1, three = 3;
  double up = one / three;
  pid_t child = fork();
  if (child == 0) {
    CHECK(fegetround() == FE_UPWARD && one / three == up);
    _exit(0);
  }
  expect_exit(child, 0);
  __asm__ volatile("fnstcw %0" : "=m"(again));
  CHECK(control == again && fegetround() == FE_UPWARD);
  CHECK(fesetround(FE_DOWNWARD) == 0 && one / three < up);
  long double top = 0;
  int pid;
  __asm__ volatile("fldpi\n syscall\n fstpt %[top]"
                   : "=a"(pid), [top] "=m"(top)
                   : "a"(39)
                   : "rcx", "r11", "memory");
  CHECK(pid == getpid() && top > 3.14159265358979L && top < 3.1415926535898L);
  return ok();
}
