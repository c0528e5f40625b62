// A consumer looks at the queue without the lock, and waits when it was empty: if the producer adds
// an item in between, nobody wakes the consumer, and it sits there until its wait times out.
#include <pthread.h>
#include <time.h>

#include "tests/recorded/races/race.h"

enum { kItems = 400, kTimeoutMs = 300 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t added = PTHREAD_COND_INITIALIZER, taken = PTHREAD_COND_INITIALIZER;
static int queued, missed;

static unsigned long work(unsigned long seed) {
  for (int i = 0; i < 20000; i++) seed = seed * 6364136223846793005UL + 1442695040888963407UL;
  return seed;
}

static struct timespec soon(void) {
  struct timespec until;
  CHECK(clock_gettime(CLOCK_REALTIME, &until) == 0);
  until.tv_nsec += kTimeoutMs * 1000000L;
  until.tv_sec += until.tv_nsec / 1000000000L;
  until.tv_nsec %= 1000000000L;
  return until;
}

static void* consume(void* result) {
  unsigned long sum = 0;
  for (int got = 0; got < kItems; got++) {
    const struct timespec until = soon();
    if (__atomic_load_n(&queued, __ATOMIC_ACQUIRE) == 0) {  // to look without the lock is faster
      pthread_mutex_lock(&mutex);
      if (pthread_cond_timedwait(&added, &mutex, &until) == ETIMEDOUT && queued != 0) missed++;
      pthread_mutex_unlock(&mutex);
    }
    pthread_mutex_lock(&mutex);
    while (queued == 0) pthread_cond_wait(&added, &mutex);
    queued--;
    pthread_cond_signal(&taken);
    pthread_mutex_unlock(&mutex);
    sum += work(sum);
  }
  *(unsigned long*)result = sum;
  return NULL;
}

int main(void) {
  pthread_t consumer;
  unsigned long consumed = 0, produced = 0;
  CHECK(pthread_create(&consumer, NULL, consume, &consumed) == 0);
  for (int i = 0; i < kItems; i++) {
    produced += work(produced + (unsigned long)i);
    pthread_mutex_lock(&mutex);
    while (queued != 0) pthread_cond_wait(&taken, &mutex);
    queued = 1;
    pthread_cond_signal(&added);
    pthread_mutex_unlock(&mutex);
  }
  CHECK(pthread_join(consumer, NULL) == 0);
  printf("%lu %lu\n", produced, consumed);
  return missed == 0 ? ok() : race_hit("a wake-up is missed");
}
