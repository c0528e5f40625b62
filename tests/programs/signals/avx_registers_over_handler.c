// AVX registers are as before after a handler that changed them, and can be changed in its frame.
#include <cpuid.h>
#include <signal.h>

#include "tests/programs/check.h"

static void scribble(int signal) {
  (void)signal;
  __asm__ volatile(
      "vpcmpeqd %%xmm0, %%xmm0, %%xmm0\n vinsertf128 $1, %%xmm0, %%ymm0, %%ymm3\n"
      "vinsertf128 $1, %%xmm0, %%ymm0, %%ymm12\n" ::
          : "xmm0", "xmm3", "xmm12");
}

int main(void) {
  if (!__builtin_cpu_supports("avx")) skip("no AVX on this processor");
  signal(SIGTRAP, scribble);
  unsigned char in[64], out[64];
  for (int i = 0; i < 64; i++) in[i] = i * 3 + 1;
  __asm__ volatile(
      "vmovups (%[in]), %%ymm3\n vmovups 32(%[in]), %%ymm12\n"
      "int3\n"
      "vmovups %%ymm3, (%[out])\n vmovups %%ymm12, 32(%[out])\n vzeroupper\n" ::[in] "r"(in),
      [out] "r"(out)
      : "xmm3", "xmm12", "memory");
  CHECK(memcmp(in, out, sizeof in) == 0);
  return ok();
}
