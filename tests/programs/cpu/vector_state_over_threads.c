// Each thread's vector registers are its own, over switches.
#include <pthread.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

static void* keep(void* argument) {
  unsigned char in[16], out[16];
  memset(in, (int)(long)argument, sizeof in);
  for (int i = 0; i < 200; i++) {
    long result;
    __asm__ volatile("movups (%[in]), %%xmm5\n syscall\n movups %%xmm5, (%[out])"
                     : "=a"(result)
                     : "a"(SYS_sched_yield), [in] "r"(in), [out] "r"(out)
                     : "rcx", "r11", "xmm5", "memory");
    CHECK(memcmp(in, out, sizeof in) == 0);
  }
  return NULL;
}

int main(void) {
  pthread_t threads[4];
  for (long i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, keep, (void*)(i + 1)) == 0);
  for (int i = 0; i < 4; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  return ok();
}
