// The processor that a task runs on is one that it may run on, by every way of asking.
// output: varies
#include <sched.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(void) {
  cpu_set_t allowed;
  CHECK(sched_getaffinity(0, sizeof allowed, &allowed) == 0);
  unsigned cpu = ~0u, node = ~0u;
  CHECK(syscall(SYS_getcpu, &cpu, &node, NULL) == 0 && CPU_ISSET(cpu, &allowed));
  int other = sched_getcpu();
  CHECK(other >= 0 && CPU_ISSET(other, &allowed));
  printf("%u %u %d\n", cpu, node, other);
  return ok();
}
