// Threads make calls without pause, alone and under a mutex: each gets its own results.
#include <fcntl.h>
#include <pthread.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

enum { kThreads = 4, kRounds = 1500 };
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int file;
static long sum;

static void* work(void* argument) {
  const long number = (long)argument;
  const pid_t self = gettid();
  for (long i = 0; i < kRounds; i++) {
    long value;
    CHECK(syscall(SYS_gettid) == self);
    CHECK(pwrite(file, &i, sizeof i, (number + 1) * 8) == sizeof i);
    CHECK(pthread_mutex_lock(&mutex) == 0);
    CHECK(pread(file, &value, sizeof value, 0) == sizeof value && value == sum);
    value = sum += number;
    CHECK(pwrite(file, &value, sizeof value, 0) == sizeof value);
    CHECK(pthread_mutex_unlock(&mutex) == 0);
    CHECK(pread(file, &value, sizeof value, (number + 1) * 8) == sizeof value && value == i);
  }
  return NULL;
}

int main(void) {
  pthread_t threads[kThreads];
  file = open("file", O_RDWR | O_CREAT, 0600);
  CHECK(file >= 0 && pwrite(file, &sum, sizeof sum, 0) == sizeof sum);
  for (long i = 0; i < kThreads; i++) CHECK(pthread_create(&threads[i], NULL, work, (void*)i) == 0);
  for (int i = 0; i < kThreads; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  CHECK(sum == (0 + 1 + 2 + 3) * kRounds);
  return ok();
}
