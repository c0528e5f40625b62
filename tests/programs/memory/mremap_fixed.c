// mremap to a fixed place replaces what was there and leaves nothing behind.
#include <fcntl.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  const int kind = MAP_PRIVATE | MAP_ANONYMOUS, rw = PROT_READ | PROT_WRITE;
  char* from = (char*)mmap(NULL, 8192, rw, kind, -1, 0);
  char* to = (char*)mmap(NULL, 3 * 4096, rw, kind, -1, 0);
  CHECK(from != MAP_FAILED && to != MAP_FAILED);
  memset(from, 'f', 8192), memset(to, 't', 3 * 4096);
  CHECK(mremap(from, 8192, 8192, MREMAP_MAYMOVE | MREMAP_FIXED, to + 4096) == to + 4096);
  CHECK(to[4095] == 't' && to[4096] == 'f' && to[3 * 4096 - 1] == 'f');
  unsigned char resident;
  CHECK(mincore(from, 4096, &resident) == -1 && errno == ENOMEM);
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  CHECK(ftruncate(fd, 8192) == 0 && pwrite(fd, "second", 6, 4096) == 6);
  char* view = (char*)mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
  view = (char*)mremap(view, 4096, 8192, MREMAP_MAYMOVE);
  CHECK(view != MAP_FAILED && memcmp(view + 4096, "second", 6) == 0);
  char* left = (char*)mremap(to + 4096, 4096, 4096, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);
  if (left != MAP_FAILED) CHECK(left[0] == 'f' && to[4096] == 0);
  return ok();
}
