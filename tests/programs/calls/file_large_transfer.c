// A megabyte goes through write and read, with contents that a wrong offset would show.
#include <fcntl.h>
#include <stdint.h>

#include "tests/programs/check.h"

enum { kWords = 1 << 17 };
static uint64_t out[kWords], in[kWords];

int main(void) {
  uint64_t state = 88172645463325252u;
  for (int i = 0; i < kWords; i++) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    out[i] = state;
  }
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  CHECK(fd >= 0);
  CHECK(write(fd, out, sizeof out) == sizeof out);
  CHECK(pread(fd, in, sizeof in, 0) == sizeof in);
  CHECK(memcmp(in, out, sizeof in) == 0);
  CHECK(pread(fd, in, 12345, 1000) == 12345);
  CHECK(memcmp(in, (char*)out + 1000, 12345) == 0);
  return ok();
}
