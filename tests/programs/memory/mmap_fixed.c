// MAP_FIXED replaces what was there; MAP_FIXED_NOREPLACE refuses to.
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  const int kind = MAP_PRIVATE | MAP_ANONYMOUS, rw = PROT_READ | PROT_WRITE;
  char* memory = (char*)mmap(NULL, 3 * 4096, rw, kind, -1, 0);
  CHECK(memory != MAP_FAILED);
  memset(memory, 'a', 3 * 4096);
  CHECK(mmap(memory + 4096, 4096, rw, kind | MAP_FIXED, -1, 0) == memory + 4096);
  CHECK(memory[4095] == 'a' && memory[4096] == 0 && memory[8191] == 0 && memory[8192] == 'a');
  CHECK(mmap(memory, 4096, rw, kind | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED && errno == EEXIST);
  CHECK(munmap(memory + 8192, 4096) == 0);
  CHECK(mmap(memory + 8192, 4096, rw, kind | MAP_FIXED_NOREPLACE, -1, 0) == memory + 8192);
  CHECK(memory[8192] == 0);
  CHECK(mmap(memory + 1, 4096, rw, kind | MAP_FIXED, -1, 0) == MAP_FAILED && errno == EINVAL);
  return ok();
}
