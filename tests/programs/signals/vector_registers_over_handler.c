// SSE registers and the x87 stack are as before after a handler that used them all.
#include <signal.h>

#include "tests/programs/check.h"

static void scribble(int signal) {
  (void)signal;
  __asm__ volatile(
      "pcmpeqd %%xmm0, %%xmm0\n movaps %%xmm0, %%xmm1\n movaps %%xmm0, %%xmm7\n"
      "movaps %%xmm0, %%xmm15\n fninit\n fldz\n fldz\n" ::
          : "xmm0", "xmm1", "xmm7", "xmm15");
}

int main(void) {
  signal(SIGTRAP, scribble);
  double in[4] = {1.25, -2.5, 1e100, 3}, out[4] = {0, 0, 0, 0}, top = 0;
  __asm__ volatile(
      "movsd 0(%[in]), %%xmm0\n movsd 8(%[in]), %%xmm1\n movsd 16(%[in]), %%xmm7\n"
      "movsd 24(%[in]), %%xmm15\n fldpi\n"
      "int3\n"
      "movsd %%xmm0, 0(%[out])\n movsd %%xmm1, 8(%[out])\n movsd %%xmm7, 16(%[out])\n"
      "movsd %%xmm15, 24(%[out])\n fstpl %[top]\n"
      : [top] "=m"(top)
      : [in] "r"(in), [out] "r"(out)
      : "xmm0", "xmm1", "xmm7", "xmm15", "memory");
  CHECK(memcmp(in, out, sizeof in) == 0);
  CHECK(top > 3.14159265 && top < 3.14159266);
  return ok();
}
