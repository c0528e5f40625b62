// AVX-512 registers and masks are as they were after calls, where the processor has them.
#include <sched.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(void) {
  if (!__builtin_cpu_supports("avx512f")) return ok();
  unsigned char in[64], out[64];
  for (int i = 0; i < 64; i++) in[i] = i * 9 + 1;
  unsigned mask_in = 0xa5a5, mask_out = 0;
  for (int i = 0; i < 20; i++) {
    long result;
    __asm__ volatile(
        "vmovups (%[in]), %%zmm20\n kmovw %[mask], %%k3\n"
        "syscall\n"
        "vmovups %%zmm20, (%[out])\n kmovw %%k3, %[back]\n vzeroupper\n"
        : "=a"(result), [back] "=r"(mask_out)
        : "a"(SYS_sched_yield), [in] "r"(in), [out] "r"(out), [mask] "r"(mask_in)
        : "rcx", "r11", "memory");
    CHECK(result == 0 && memcmp(in, out, sizeof in) == 0 && mask_out == mask_in);
  }
  return ok();
}
