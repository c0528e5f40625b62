// Two threads take turns by a condition variable.
#include <pthread.h>

#include "tests/programs/check.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn, moves;

static void* play(void* argument) {
  int me = (int)(long)argument;
  for (int i = 0; i < 500; i++) {
    pthread_mutex_lock(&mutex);
    while (turn != me) pthread_cond_wait(&changed, &mutex);
    CHECK(moves % 2 == me);
    moves++, turn = 1 - me;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}

int main(void) {
  pthread_t other;
  CHECK(pthread_create(&other, NULL, play, (void*)1) == 0);
  play((void*)0);
  CHECK(pthread_join(other, NULL) == 0 && moves == 1000);
  return ok();
}
