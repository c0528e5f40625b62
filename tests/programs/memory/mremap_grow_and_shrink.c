// mremap grows, shrinks and moves memory with its contents.
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  const int kind = MAP_PRIVATE | MAP_ANONYMOUS, rw = PROT_READ | PROT_WRITE;
  char* memory = (char*)mmap(NULL, 4096, rw, kind, -1, 0);
  CHECK(memory != MAP_FAILED);
  strcpy(memory, "contents");
  char* grown = (char*)mremap(memory, 4096, 1 << 20, MREMAP_MAYMOVE);
  CHECK(grown != MAP_FAILED && strcmp(grown, "contents") == 0 && grown[(1 << 20) - 1] == 0);
  strcpy(grown + 500000, "middle");
  CHECK(mremap(grown, 1 << 20, 8192, 0) == grown);
  CHECK(mremap(grown, 8192, 1 << 20, MREMAP_MAYMOVE) != MAP_FAILED);
  char* blocked = (char*)mmap(NULL, 3 * 4096, rw, kind, -1, 0);
  CHECK(mremap(blocked, 4096, 8192, 0) == MAP_FAILED && errno == ENOMEM);
  return ok();
}
