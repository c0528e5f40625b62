// rep movs, stos, scas and cmps over page borders, some of which fault on first touch.
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  const long size = 1 << 20;
  char* memory =
      (char*)mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(memory != MAP_FAILED);
  char *to = memory, *from = memory;
  long count = size;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(0x41) : "memory");
  CHECK(count == 0 && to == memory + size);
  count = size;
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count)::"memory");
  CHECK(count == 0 && memory[2 * size - 1] == 'A');
  memory[size + 777777] = 'B';
  from = memory, to = memory + size, count = size;
  __asm__ volatile("repe cmpsb" : "+D"(to), "+S"(from), "+c"(count)::"memory", "cc");
  CHECK(from == memory + 777778);
  return ok();
}
