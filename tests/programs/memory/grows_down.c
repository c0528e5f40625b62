// A MAP_GROWSDOWN mapping grows when the page below it is touched.
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  const int rw = PROT_READ | PROT_WRITE, kind = MAP_PRIVATE | MAP_ANONYMOUS;
  char* room = (char*)mmap(NULL, 8 << 20, PROT_NONE, kind, -1, 0);
  CHECK(room != MAP_FAILED && munmap(room, 8 << 20) == 0);
  char* top = room + (4 << 20);
  CHECK(mmap(top, 4096, rw, kind | MAP_GROWSDOWN | MAP_FIXED, -1, 0) == top);
  for (int page = 0; page < 20; page++) ((volatile char*)top)[-4096 * page] = page;
  for (int page = 0; page < 20; page++) CHECK(top[-4096 * page] == page);
  return ok();
}
