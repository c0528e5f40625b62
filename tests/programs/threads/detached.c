// A detached thread ends by itself; what it did is seen.
#include <pthread.h>
#include <semaphore.h>

#include "tests/programs/check.h"

static sem_t done;
static int value;
static void* run(void* unused) {
  value = 42;
  sem_post(&done);
  return unused;
}

int main(void) {
  CHECK(sem_init(&done, 0, 0) == 0);
  pthread_attr_t detached;
  pthread_t thread;
  CHECK(pthread_attr_init(&detached) == 0);
  CHECK(pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED) == 0);
  for (int i = 0; i < 20; i++) {
    value = 0;
    CHECK(pthread_create(&thread, &detached, run, NULL) == 0);
    CHECK(sem_wait(&done) == 0 && value == 42);
  }
  return ok();
}
