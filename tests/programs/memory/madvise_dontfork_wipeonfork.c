// MADV_WIPEONFORK gives a child zeros, MADV_DONTFORK nothing at all.
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  const int kind = MAP_PRIVATE | MAP_ANONYMOUS, rw = PROT_READ | PROT_WRITE;
  char* wiped = (char*)mmap(NULL, 4096, rw, kind, -1, 0);
  char* absent = (char*)mmap(NULL, 4096, rw, kind, -1, 0);
  CHECK(wiped != MAP_FAILED && absent != MAP_FAILED);
  wiped[0] = absent[0] = 'x';
  CHECK(madvise(wiped, 4096, MADV_WIPEONFORK) == 0 && madvise(absent, 4096, MADV_DONTFORK) == 0);
  pid_t child = fork();
  if (child == 0) {
    CHECK(wiped[0] == 0);
    unsigned char resident;
    CHECK(mincore(absent, 4096, &resident) == -1 && errno == ENOMEM);
    _exit(0);
  }
  expect_exit(child, 0);
  CHECK(wiped[0] == 'x' && absent[0] == 'x');
  return ok();
}
