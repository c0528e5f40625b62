// Private anonymous memory starts as zeros, is copied on fork and not shared.
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  size_t size = 1 << 20;
  char* memory =
      (char*)mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(memory != MAP_FAILED);
  for (size_t i = 0; i < size; i += 4096) CHECK(memory[i] == 0);
  memset(memory, 1, size);
  pid_t child = fork();
  if (child == 0) {
    CHECK(memory[5000] == 1);
    memset(memory, 2, size);
    _exit(memory[5000]);
  }
  expect_exit(child, 2);
  CHECK(memory[5000] == 1 && munmap(memory, size) == 0);
  return ok();
}
