// Four threads that compute without a call take turns; their sums show in which order.
// output: varies
#include <pthread.h>

#include "tests/programs/check.h"

enum { kThreads = 4 };

static unsigned long wanted = 200;  // turns

static unsigned long order, turns, last;

static void* compute(void* number) {
  const unsigned long me = (unsigned long)number;
  while (__atomic_load_n(&turns, __ATOMIC_RELAXED) < wanted) {
    const unsigned long before = __atomic_exchange_n(&last, me, __ATOMIC_RELAXED);
    if (before == me) continue;
    __atomic_fetch_add(&turns, 1, __ATOMIC_RELAXED);
    __atomic_store_n(&order, __atomic_load_n(&order, __ATOMIC_RELAXED) * 31 + me, __ATOMIC_RELAXED);
  }
  return NULL;
}

int main(int argc, char** argv) {
  if (argc > 1) wanted = strtoul(argv[1], NULL, 10);
  pthread_t threads[kThreads];
  for (unsigned long i = 0; i < kThreads; i++)
    CHECK(pthread_create(&threads[i], NULL, compute, (void*)(i + 1)) == 0);
  for (int i = 0; i < kThreads; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  printf("%lx\n", order);
  return ok();
}
