// A program that waits by rdtsc alone, while signals come and a thread would like to run.
// output: varies
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <x86intrin.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t came;
static void count(int signal) {
  (void)signal;
  came++;
}

static void* read_counter(void* sum) {
  for (int i = 0; i < 20000; i++) *(uint64_t*)sum += __rdtsc();
  return NULL;
}

int main(void) {
  struct itimerval every_ms = {{0, 1000}, {0, 1000}};
  CHECK(signal(SIGALRM, count) != SIG_ERR && setitimer(ITIMER_REAL, &every_ms, NULL) == 0);
  pthread_t thread;
  uint64_t theirs = 0, ours = 0;
  CHECK(pthread_create(&thread, NULL, read_counter, &theirs) == 0);
  for (int i = 0; i < 50; i++) {
    uint64_t start = __rdtsc();
    while (__rdtsc() - start < 1000000) ours++;
    (void)raise(0);
  }
  CHECK(pthread_join(thread, NULL) == 0);
  printf("%lu %lu %d\n", ours, theirs, (int)came);
  return ok();
}
