// Four threads count under a mutex and lose nothing.
#include <pthread.h>

#include "tests/programs/check.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long total;

static void* count(void* unused) {
  for (int i = 0; i < 5000; i++) {
    CHECK(pthread_mutex_lock(&mutex) == 0);
    total++;
    CHECK(pthread_mutex_unlock(&mutex) == 0);
  }
  return unused;
}

int main(void) {
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, count, NULL) == 0);
  for (int i = 0; i < 4; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  CHECK(total == 20000);
  return ok();
}
