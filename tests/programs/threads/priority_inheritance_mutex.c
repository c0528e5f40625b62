// Priority-inheriting mutexes, which the kernel hands over, count right.
#include <pthread.h>

#include "tests/programs/check.h"

static pthread_mutex_t mutex;
static int total;
static void* count(void* unused) {
  for (int i = 0; i < 2000; i++) {
    CHECK(pthread_mutex_lock(&mutex) == 0);
    int seen = total;
    if (i % 100 == 0) sched_yield();
    total = seen + 1;
    CHECK(pthread_mutex_unlock(&mutex) == 0);
  }
  return unused;
}

int main(void) {
  pthread_mutexattr_t kind;
  CHECK(pthread_mutexattr_init(&kind) == 0);
  CHECK(pthread_mutexattr_setprotocol(&kind, PTHREAD_PRIO_INHERIT) == 0);
  if (pthread_mutex_init(&mutex, &kind)) skip("no priority inheritance here");
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) CHECK(pthread_create(&threads[i], NULL, count, NULL) == 0);
  for (int i = 0; i < 3; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  CHECK(total == 6000);
  return ok();
}
