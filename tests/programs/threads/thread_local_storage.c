// Each thread has its own __thread variables and keys, whose destructors run at its end.
#include <pthread.h>

#include "tests/programs/check.h"

static __thread int mine = 5;
static pthread_key_t key;
static int destroyed[8];

static void destroy(void* value) { destroyed[(long)value]++; }

static void* run(void* argument) {
  long me = (long)argument;
  CHECK(mine == 5 && pthread_getspecific(key) == NULL);
  mine = me;
  CHECK(pthread_setspecific(key, argument) == 0);
  for (int i = 0; i < 10; i++) {
    sched_yield();
    CHECK(mine == me && pthread_getspecific(key) == argument);
  }
  return NULL;
}

int main(void) {
  CHECK(pthread_key_create(&key, destroy) == 0);
  pthread_t threads[7];
  for (long i = 1; i < 8; i++) CHECK(pthread_create(&threads[i - 1], NULL, run, (void*)i) == 0);
  for (int i = 1; i < 8; i++) CHECK(pthread_join(threads[i - 1], NULL) == 0);
  for (int i = 1; i < 8; i++) CHECK(destroyed[i] == 1);
  CHECK(mine == 5);
  return ok();
}
