// The break moves up and down; memory above the old break starts as zeros.
#include "tests/programs/check.h"

int main(void) {
  char* start = (char*)sbrk(0);
  CHECK(start != (void*)-1);
  CHECK(sbrk(100000) == start && sbrk(0) == start + 100000);
  for (int i = 0; i < 100000; i++) CHECK(start[i] == 0);
  memset(start, 'x', 100000);
  CHECK(brk(start + 50) == 0 && sbrk(0) == start + 50);
  CHECK(start[49] == 'x');
  CHECK(brk(start + 100000) == 0 && start[99999] == 0);  // dropped pages come back as zeros
  CHECK(brk(start) == 0);
  return ok();
}
