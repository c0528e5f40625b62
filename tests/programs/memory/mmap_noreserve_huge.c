// 64 GiB of reserved address space is used here and there.
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  size_t size = 64ul << 30;
  const int kind = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  char* memory = (char*)mmap(NULL, size, PROT_READ | PROT_WRITE, kind, -1, 0);
  if (memory == MAP_FAILED) {  // strict overcommit, or a limit
    memory = (char*)mmap(NULL, size, PROT_NONE, kind, -1, 0);
    CHECK(memory != MAP_FAILED && munmap(memory, size) == 0);
    return ok();
  }
  for (size_t at = 0; at < size; at += 1ul << 30) memory[at] = at >> 30;
  for (size_t at = 0; at < size; at += 1ul << 30) CHECK(memory[at] == (char)(at >> 30));
  CHECK(munmap(memory, size) == 0);
  return ok();
}
