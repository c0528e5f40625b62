// Threads meet at a barrier fifty times, and one of them is told to be the serial one.
#include <pthread.h>

#include "tests/programs/check.h"

static pthread_barrier_t barrier;
static int rounds[4], serial;

static void* walk(void* argument) {
  int me = (int)(long)argument;
  for (int i = 0; i < 50; i++) {
    rounds[me] = i;
    int result = pthread_barrier_wait(&barrier);
    for (int k = 0; k < 4; k++) CHECK(rounds[k] == i);
    if (result == PTHREAD_BARRIER_SERIAL_THREAD) serial++;
    pthread_barrier_wait(&barrier);
  }
  return NULL;
}

int main(void) {
  CHECK(pthread_barrier_init(&barrier, NULL, 4) == 0);
  pthread_t threads[3];
  for (long i = 0; i < 3; i++) CHECK(pthread_create(&threads[i], NULL, walk, (void*)(i + 1)) == 0);
  walk((void*)0);
  for (int i = 0; i < 3; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  CHECK(serial == 50);
  return ok();
}
