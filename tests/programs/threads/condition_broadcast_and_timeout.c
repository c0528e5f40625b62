// A broadcast wakes all waiters; a timed wait ends by its clock.
#include <pthread.h>
#include <time.h>

#include "tests/programs/check.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int waiting, open_gate, through;

static void* wait_at_gate(void* unused) {
  pthread_mutex_lock(&mutex);
  waiting++;
  while (!open_gate) pthread_cond_wait(&changed, &mutex);
  through++;
  pthread_mutex_unlock(&mutex);
  return unused;
}

int main(void) {
  pthread_t threads[5];
  for (int i = 0; i < 5; i++) CHECK(pthread_create(&threads[i], NULL, wait_at_gate, NULL) == 0);
  pthread_mutex_lock(&mutex);
  struct timespec until;
  CHECK(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
  CHECK(pthread_cond_clockwait(&changed, &mutex, CLOCK_MONOTONIC, &until) == ETIMEDOUT);
  while (waiting < 5) {
    pthread_mutex_unlock(&mutex);
    usleep(1000);
    pthread_mutex_lock(&mutex);
  }
  CHECK(through == 0);
  open_gate = 1;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
  for (int i = 0; i < 5; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  CHECK(through == 5);
  return ok();
}
