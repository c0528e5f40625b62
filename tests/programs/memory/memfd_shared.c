// A memfd mapped by parent and child at different addresses is one memory.
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = memfd_create("shared", 0);
  CHECK(fd >= 0 && ftruncate(fd, 1 << 16) == 0);
  pid_t child = fork();
  if (child == 0) {
    CHECK(mmap(NULL, 123456, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
    int* mine = (int*)mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(mine != MAP_FAILED);
    for (int i = 0; i < (1 << 14); i++) mine[i] = 3 * i;
    _exit(0);
  }
  int* memory = (int*)mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  CHECK(memory != MAP_FAILED);
  expect_exit(child, 0);
  for (int i = 0; i < (1 << 14); i++) CHECK(memory[i] == 3 * i);
  int value;
  CHECK(pread(fd, &value, 4, 400) == 4 && value == 300);
  return ok();
}
