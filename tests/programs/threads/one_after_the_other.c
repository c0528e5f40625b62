// 300 threads one after the other: stacks and tids are used again.
#include <pthread.h>

#include "tests/programs/check.h"

static void* add(void* sum) {
  *(long*)sum += 1;
  return NULL;
}

int main(void) {
  long sum = 0;
  for (int i = 0; i < 300; i++) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, add, &sum) == 0 && pthread_join(thread, NULL) == 0);
  }
  CHECK(sum == 300);
  return ok();
}
