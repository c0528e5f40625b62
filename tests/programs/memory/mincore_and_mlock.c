// mincore tells touched pages; mlock makes them resident.
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  unsigned char resident[6];
  memset(resident, 0xee, sizeof resident);
  char* memory =
      (char*)mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(memory != MAP_FAILED && madvise(memory, 4 * 4096, MADV_NOHUGEPAGE) <= 0);
  memory[4096] = 1;
  CHECK(mincore(memory, 4 * 4096, resident) == 0);
  CHECK((resident[1] & 1) == 1 && (resident[3] & 1) == 0 && resident[4] == 0xee);
  if (mlock(memory + 3 * 4096, 4096) == 0) {
    CHECK(mincore(memory, 4 * 4096, resident) == 0 && (resident[3] & 1) == 1);
    CHECK(munlock(memory + 3 * 4096, 4096) == 0);
  } else {
    CHECK(errno == ENOMEM || errno == EPERM);
  }
  return ok();
}
