// rdpid, where cpuid advertises it, names a processor that the task may run on.
// output: varies
#include <cpuid.h>
#include <sched.h>

#include "tests/programs/check.h"

int main(void) {
  unsigned a, b, c, d;
  __cpuid_count(7, 0, a, b, c, d);
  if (!(c & bit_RDPID)) return ok();
  unsigned long processor;
  __asm__ volatile("rdpid %0" : "=r"(processor));
  cpu_set_t allowed;
  CHECK(sched_getaffinity(0, sizeof allowed, &allowed) == 0);
  CHECK(CPU_ISSET(processor & 0xfff, &allowed));
  printf("%lu\n", processor & 0xfff);
  return ok();
}
