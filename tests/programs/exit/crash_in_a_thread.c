// A crash in one thread ends all of them.
// expect: signal SIGSEGV
#include <pthread.h>

#include "tests/programs/check.h"

static void* wait_forever(void* unused) {
  for (;;) pause();
  return unused;
}
static void* crash(void* unused) {
  ok();
  fflush(stdout);
  *(volatile int*)16 = 1;
  return unused;
}

int main(void) {
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) {
    CHECK(pthread_create(&threads[i], NULL, i == 2 ? crash : wait_forever, NULL) == 0);
  }
  wait_forever(NULL);
}
