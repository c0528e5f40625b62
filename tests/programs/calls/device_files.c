// /dev/null, /dev/zero and /dev/full behave as such.
#include <fcntl.h>

#include "tests/programs/check.h"

int main(void) {
  char bytes[16];
  memset(bytes, '#', sizeof bytes);
  int nothing = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDONLY);
  int full = open("/dev/full", O_WRONLY);
  CHECK(nothing >= 0 && zero >= 0 && full >= 0);
  CHECK(write(nothing, "abc", 3) == 3 && read(nothing, bytes, 3) == 0);
  CHECK(read(zero, bytes, 8) == 8 && memcmp(bytes, "\0\0\0\0\0\0\0\0########", 16) == 0);
  CHECK(write(full, "abc", 3) == -1 && errno == ENOSPC);
  return ok();
}
