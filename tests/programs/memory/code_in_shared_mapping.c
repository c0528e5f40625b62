// Code is written through one mapping of a memfd and run through another.
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = memfd_create("code", 0);
  CHECK(fd >= 0 && ftruncate(fd, 4096) == 0);
  unsigned char* write =
      (unsigned char*)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  void* run = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
  CHECK(write != MAP_FAILED);
  if (run == MAP_FAILED) skip("a memfd may not be executed here");
  for (int value = 0; value < 100; value++) {
    const unsigned char code[] = {0xb8, (unsigned char)value, 0, 0, 0,
                                  0xc3};  // mov eax, value; ret
    memcpy(write, code, sizeof code);
    CHECK(((int (*)(void))run)() == value);
  }
  return ok();
}
