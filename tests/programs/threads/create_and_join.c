// Threads get their argument, run, and return their value to join.
#include <pthread.h>

#include "tests/programs/check.h"

static void* square(void* argument) {
  long value = (long)argument;
  return (void*)(value * value);
}

int main(void) {
  pthread_t threads[16];
  for (long i = 0; i < 16; i++) CHECK(pthread_create(&threads[i], NULL, square, (void*)i) == 0);
  for (long i = 0; i < 16; i++) {
    void* result;
    CHECK(pthread_join(threads[i], &result) == 0 && (long)result == i * i);
  }
  return ok();
}
