// Affinity, policy, priority and nice values are set and read back.
#include <sched.h>
#include <sys/resource.h>

#include "tests/programs/check.h"

int main(void) {
  cpu_set_t all, one, back;
  CPU_ZERO(&all);
  CHECK(sched_getaffinity(0, sizeof all, &all) == 0 && CPU_COUNT(&all) >= 1);
  int cpu = 0;
  while (!CPU_ISSET(cpu, &all)) cpu++;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  CHECK(sched_setaffinity(0, sizeof one, &one) == 0);
  CHECK(sched_getaffinity(0, sizeof back, &back) == 0 && CPU_EQUAL(&one, &back));
  unsigned where, node;
  CHECK(getcpu(&where, &node) == 0 && where == (unsigned)cpu && sched_getcpu() == cpu);
  CHECK(sched_setaffinity(0, sizeof all, &all) == 0);
  CHECK(sched_getscheduler(0) == SCHED_OTHER && sched_get_priority_max(SCHED_FIFO) == 99);
  struct sched_param parameter = {0};
  CHECK(sched_setscheduler(0, SCHED_BATCH, &parameter) == 0 &&
        sched_getscheduler(0) == SCHED_BATCH);
  errno = 0;
  int nice_before = getpriority(PRIO_PROCESS, 0);
  CHECK(nice(1) == (nice_before < 19 ? nice_before + 1 : 19) && sched_yield() == 0);
  return ok();
}
