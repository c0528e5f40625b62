// A thread's exit ends the process, though the main thread and others wait forever.
// expect: exit 42
#include <pthread.h>

#include "tests/programs/check.h"

static void* wait_forever(void* unused) {
  for (;;) pause();
  return unused;
}
static void* end_all(void* unused) {
  usleep(10000);
  ok();
  exit(42);
  return unused;
}

int main(void) {
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) {
    CHECK(pthread_create(&threads[i], NULL, i == 2 ? end_all : wait_forever, NULL) == 0);
  }
  wait_forever(NULL);
}
