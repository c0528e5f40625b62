// glibc's rseq area is registered with a valid processor, or says that it is not.
#include <sched.h>
#include <stddef.h>
#include <sys/rseq.h>

#include "tests/programs/check.h"

int main(void) {
  struct rseq* area = (struct rseq*)((char*)__builtin_thread_pointer() + __rseq_offset);
  if (__rseq_size == 0) {
    CHECK((int)area->cpu_id == RSEQ_CPU_ID_REGISTRATION_FAILED ||
          (int)area->cpu_id == RSEQ_CPU_ID_UNINITIALIZED);
  } else {
    cpu_set_t allowed;
    CHECK(sched_getaffinity(0, sizeof allowed, &allowed) == 0);
    CHECK(CPU_ISSET(*(volatile unsigned*)&area->cpu_id, &allowed));
  }
  CHECK(sched_getcpu() >= 0);
  return ok();
}
