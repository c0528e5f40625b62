// Calls fill memory right up to the end of a mapping, and over the border of two.
#include <fcntl.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  const int rw = PROT_READ | PROT_WRITE, kind = MAP_PRIVATE | MAP_ANONYMOUS;
  char* memory = (char*)mmap(NULL, 3 * 4096, rw, kind, -1, 0);
  CHECK(memory != MAP_FAILED);
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  CHECK(ftruncate(fd, 4096) == 0);
  CHECK(mmap(memory + 4096, 4096, rw, MAP_PRIVATE | MAP_FIXED, fd, 0) == memory + 4096);
  CHECK(munmap(memory + 8192, 4096) == 0);
  int ends[2];
  char data[6000];
  for (int i = 0; i < 6000; i++) data[i] = i * 13;
  CHECK(pipe(ends) == 0 && write(ends[1], data, 6000) == 6000);
  CHECK(read(ends[0], memory + 8192 - 6000, 6000) == 6000);
  CHECK(memcmp(memory + 8192 - 6000, data, 6000) == 0);
  return ok();
}
