// MAP_POPULATE, MAP_STACK, address hints and zero lengths.
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  const int rw = PROT_READ | PROT_WRITE, kind = MAP_PRIVATE | MAP_ANONYMOUS;
  char* memory = (char*)mmap(NULL, 1 << 16, rw, kind | MAP_POPULATE, -1, 0);
  unsigned char resident[16];
  CHECK(memory != MAP_FAILED && mincore(memory, 1 << 16, resident) == 0 && (resident[15] & 1));
  CHECK(munmap(memory, 1 << 16) == 0);
  char* hinted = (char*)mmap(memory, 4096, rw, kind, -1, 0);
  CHECK(hinted == memory);  // a free place that was asked for is given
  char* stack = (char*)mmap(NULL, 4096, rw, kind | MAP_STACK, -1, 0);
  CHECK(stack != MAP_FAILED);
  CHECK(mmap(NULL, 0, rw, kind, -1, 0) == MAP_FAILED && errno == EINVAL);
  CHECK(mmap(NULL, 4096, rw, MAP_PRIVATE, 999, 0) == MAP_FAILED && errno == EBADF);
  CHECK(mmap(NULL, ~0ul << 12, rw, kind, -1, 0) == MAP_FAILED && errno == ENOMEM);
  char* low = (char*)mmap(NULL, 4096, rw, kind | MAP_32BIT, -1, 0);
  CHECK(low != MAP_FAILED && (unsigned long)low < 1ul << 31);
  return ok();
}
