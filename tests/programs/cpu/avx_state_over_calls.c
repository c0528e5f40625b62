// AVX registers are as they were after system calls, also ones that wait.
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(void) {
  if (!__builtin_cpu_supports("avx")) skip("no AVX on this processor");
  unsigned char in[64], out[64];
  for (int i = 0; i < 64; i++) in[i] = i * 5 + 3;
  struct {
    long seconds, nanoseconds;
  } time = {0, 5000000};
  for (int i = 0; i < 20; i++) {
    memset(out, 0, sizeof out);
    long result;
    __asm__ volatile(
        "vmovups (%[in]), %%ymm4\n vmovups 32(%[in]), %%ymm14\n"
        "syscall\n"
        "vmovups %%ymm4, (%[out])\n vmovups %%ymm14, 32(%[out])\n vzeroupper\n"
        : "=a"(result)
        : "a"(i % 2 ? SYS_nanosleep : SYS_getpid), "D"(&time), "S"(0l), [in] "r"(in), [out] "r"(out)
        : "rcx", "r11", "xmm4", "xmm14", "memory");
    CHECK(result >= 0 && memcmp(in, out, sizeof in) == 0);
  }
  return ok();
}
