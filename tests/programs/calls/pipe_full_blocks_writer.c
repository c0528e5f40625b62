// A writer of more than a pipe holds waits for its reader, and no byte is lost.
#include "tests/programs/check.h"

enum { kTotal = 1 << 20 };
static unsigned char data[kTotal], got[kTotal];

int main(void) {
  for (int i = 0; i < kTotal; i++) data[i] = i * 7 + (i >> 8);
  int ends[2];
  CHECK(pipe(ends) == 0);
  pid_t child = fork();
  if (child == 0) {
    CHECK(write(ends[1], data, kTotal) == kTotal);
    _exit(0);
  }
  CHECK(close(ends[1]) == 0);
  int have = 0;
  for (;;) {
    ssize_t count = read(ends[0], got + have, 5000);
    CHECK(count >= 0);
    if (count == 0) break;
    have += count;
  }
  CHECK(have == kTotal && memcmp(data, got, kTotal) == 0);
  expect_exit(child, 0);
  return ok();
}
