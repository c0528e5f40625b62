// 100 threads at once, each with its own tid, none lost.
#include <pthread.h>

#include "tests/programs/check.h"

enum { kThreads = 100 };
static pthread_barrier_t barrier;

static void* run(void* tid) {
  *(pid_t*)tid = gettid();
  pthread_barrier_wait(&barrier);
  return tid;
}

int main(void) {
  pthread_t threads[kThreads];
  pid_t tids[kThreads];
  CHECK(pthread_barrier_init(&barrier, NULL, kThreads + 1) == 0);
  for (int i = 0; i < kThreads; i++) CHECK(pthread_create(&threads[i], NULL, run, &tids[i]) == 0);
  pthread_barrier_wait(&barrier);
  for (int i = 0; i < kThreads; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  for (int i = 0; i < kThreads; i++) {
    for (int k = 0; k < i; k++) CHECK(tids[i] != tids[k]);
  }
  return ok();
}
