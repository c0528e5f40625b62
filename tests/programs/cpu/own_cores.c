// A program sees the cores that it may use, however it asks, and so do its children and threads;
// and those that it has chosen.
#include <pthread.h>
#include <sched.h>

#include "tests/programs/check.h"

static cpu_set_t expected;

static void expect_mask(void) {
  cpu_set_t set;
  CHECK(sched_getaffinity(0, sizeof set, &set) == 0 && CPU_EQUAL(&set, &expected));
  FILE* file = fopen("/proc/self/status", "r");
  CHECK(file != NULL);
  char line[1000];
  unsigned long mask = 0;
  while (fgets(line, sizeof line, file)) sscanf(line, "Cpus_allowed: %lx", &mask);
  fclose(file);
  for (int core = 0; core < 64; core++) CHECK((mask >> core & 1) == (CPU_ISSET(core, &set) != 0));
}

static void* in_thread(void* unused) {
  expect_mask();
  return unused;
}

static void everywhere(void) {
  expect_mask();
  pid_t child = fork();
  if (child == 0) {
    expect_mask();
    _exit(0);
  }
  cpu_set_t set;
  CHECK(sched_getaffinity(child, sizeof set, &set) == 0 && CPU_EQUAL(&set, &expected));
  expect_exit(child, 0);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, in_thread, NULL) == 0);
  CHECK(pthread_join(thread, NULL) == 0);
}

int main(void) {
  CHECK(sched_getaffinity(0, sizeof expected, &expected) == 0);
  CHECK(sysconf(_SC_NPROCESSORS_ONLN) >= CPU_COUNT(&expected));
  if (CPU_COUNT_S(sizeof expected, &expected) > 64) skip("more than 64 cores");
  everywhere();
  printf("%d cores\n", CPU_COUNT(&expected));  // natively the same
  cpu_set_t all = expected;
  for (int core = 0; core < 64; core++) {
    if (!CPU_ISSET(core, &all)) continue;
    CPU_ZERO(&expected);
    CPU_SET(core, &expected);
    CHECK(sched_setaffinity(0, sizeof expected, &expected) == 0);
    CHECK(sched_getcpu() == core);
    everywhere();
  }
  return ok();
}
