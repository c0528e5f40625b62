// Producers and consumers pass numbers through a ring guarded by semaphores.
#include <pthread.h>
#include <semaphore.h>

#include "tests/programs/check.h"

enum { kRoom = 4, kItems = 500 };
static int ring[kRoom], in, out;
static long sum;
static sem_t room, items;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void* produce(void* unused) {
  for (int i = 1; i <= kItems; i++) {
    sem_wait(&room);
    pthread_mutex_lock(&mutex);
    ring[in++ % kRoom] = i;
    pthread_mutex_unlock(&mutex);
    sem_post(&items);
  }
  return unused;
}
static void* consume(void* unused) {
  for (int i = 0; i < kItems; i++) {
    sem_wait(&items);
    pthread_mutex_lock(&mutex);
    sum += ring[out++ % kRoom];
    pthread_mutex_unlock(&mutex);
    sem_post(&room);
  }
  return unused;
}

int main(void) {
  CHECK(sem_init(&room, 0, kRoom) == 0 && sem_init(&items, 0, 0) == 0);
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) {
    CHECK(pthread_create(&threads[i], NULL, i % 2 ? produce : consume, NULL) == 0);
  }
  for (int i = 0; i < 4; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  CHECK(sum == 2l * kItems * (kItems + 1) / 2);
  return ok();
}
