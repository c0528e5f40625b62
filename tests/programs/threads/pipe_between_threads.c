// A producer and a consumer thread are kept in step by a pipe.
#include <pthread.h>

#include "tests/programs/check.h"

typedef struct {
  int number, filling[31];
} Block;

static int ends[2];
static void* produce(void* unused) {
  Block block = {0};
  for (; block.number < 2000; block.number++) {  // four times what the pipe holds
    CHECK(write(ends[1], &block, sizeof block) == sizeof block);
  }
  CHECK(close(ends[1]) == 0);
  return unused;
}

int main(void) {
  pthread_t thread;
  CHECK(pipe(ends) == 0 && pthread_create(&thread, NULL, produce, NULL) == 0);
  Block block;
  int next = 0;
  while (read(ends[0], &block, sizeof block) == sizeof block) CHECK(block.number == next++);
  CHECK(next == 2000 && pthread_join(thread, NULL) == 0);
  return ok();
}
