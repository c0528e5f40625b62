// Readers share a lock, a writer has it alone.
#include <pthread.h>

#include "tests/programs/check.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int one, two;

static void* write_both(void* unused) {
  for (int i = 0; i < 1000; i++) {
    CHECK(pthread_rwlock_wrlock(&lock) == 0);
    one++, two++;
    CHECK(pthread_rwlock_unlock(&lock) == 0);
  }
  return unused;
}
static void* read_both(void* unused) {
  for (int i = 0; i < 1000; i++) {
    CHECK(pthread_rwlock_rdlock(&lock) == 0);
    CHECK(one == two);
    CHECK(pthread_rwlock_unlock(&lock) == 0);
  }
  return unused;
}

int main(void) {
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) {
    CHECK(pthread_create(&threads[i], NULL, i % 2 ? write_both : read_both, NULL) == 0);
  }
  for (int i = 0; i < 4; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  CHECK(one == 2000 && pthread_rwlock_rdlock(&lock) == 0 && pthread_rwlock_rdlock(&lock) == 0);
  CHECK(pthread_rwlock_trywrlock(&lock) == EBUSY);
  return ok();
}
