// Recursive, error-checking and timed mutexes answer as they should.
#include <pthread.h>
#include <time.h>

#include "tests/programs/check.h"

static pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER;

static void* try_it(void* unused) {
  CHECK(pthread_mutex_trylock(&plain) == EBUSY);
  struct timespec until;
  CHECK(clock_gettime(CLOCK_REALTIME, &until) == 0);
  until.tv_nsec += 10000000;
  if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
  CHECK(pthread_mutex_timedlock(&plain, &until) == ETIMEDOUT);
  return unused;
}

int main(void) {
  pthread_mutexattr_t kind;
  pthread_mutex_t recursive, checking;
  CHECK(pthread_mutexattr_init(&kind) == 0);
  CHECK(pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE) == 0);
  CHECK(pthread_mutex_init(&recursive, &kind) == 0);
  CHECK(pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK) == 0);
  CHECK(pthread_mutex_init(&checking, &kind) == 0);
  CHECK(pthread_mutex_lock(&recursive) == 0 && pthread_mutex_lock(&recursive) == 0);
  CHECK(pthread_mutex_unlock(&recursive) == 0 && pthread_mutex_unlock(&recursive) == 0);
  CHECK(pthread_mutex_lock(&checking) == 0 && pthread_mutex_lock(&checking) == EDEADLK);
  CHECK(pthread_mutex_unlock(&checking) == 0 && pthread_mutex_unlock(&checking) == EPERM);
  pthread_t thread;
  CHECK(pthread_mutex_lock(&plain) == 0 && pthread_create(&thread, NULL, try_it, NULL) == 0);
  CHECK(pthread_join(thread, NULL) == 0 && pthread_mutex_unlock(&plain) == 0);
  return ok();
}
