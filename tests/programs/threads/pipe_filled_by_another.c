// A thread reads a pipe that is empty until another writes to it, and is full until the first
// reads.
#include <fcntl.h>
#include <pthread.h>

#include "tests/programs/check.h"

enum { kMessages = 3000, kLarge = 300000 };
static int small[2], large[2];

static void* fill(void* unused) {
  static char bytes[kLarge];
  for (int i = 0; i < kMessages; i++) {
    if (i % 3 == 0) CHECK(getppid() > 0);  // now faster than the reader, now slower
    CHECK(write(small[1], &i, sizeof i) == sizeof i);
  }
  memset(bytes, 7, sizeof bytes);
  CHECK(write(large[1], bytes, sizeof bytes) == sizeof bytes);  // waits: it does not fit
  CHECK(close(large[1]) == 0);
  return unused;
}

int main(void) {
  pthread_t thread;
  CHECK(pipe(small) == 0 && pipe(large) == 0 && pthread_create(&thread, NULL, fill, NULL) == 0);
  for (int i = 0; i < kMessages; i++) {
    int got = -1;
    CHECK(read(small[0], &got, sizeof got) == sizeof got && got == i);
  }
  char bytes[1000];
  size_t total = 0;
  for (ssize_t got; (got = read(large[0], bytes, sizeof bytes)) != 0; total += (size_t)got)
    CHECK(got > 0 && bytes[0] == 7 && bytes[got - 1] == 7);
  CHECK(total == kLarge && pthread_join(thread, NULL) == 0);
  return ok();
}
