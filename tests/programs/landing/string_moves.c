// Interrupted part-way in `rep movsb` and `rep stosq`, the program goes on as it did.
// output: varies
#include "interrupted.h"

enum { kBytes = 1 << 20 };

static unsigned char from[kBytes], to[kBytes];

static void move(void* into, const void* source, size_t bytes) {
  __asm__ volatile("rep movsb" : "+D"(into), "+S"(source), "+c"(bytes) : : "memory");
}

static void fill(void* into, uint64_t value, size_t words) {
  __asm__ volatile("rep stosq" : "+D"(into), "+c"(words) : "a"(value) : "memory");
}

int main(void) {
  uint64_t round = 0;
  begin((const volatile uint64_t*)(void*)&to[kBytes / 2], 0);
  while (goes_on()) {
    fill(from, round++, kBytes / sizeof(uint64_t));
    move(to + 1, from, kBytes - 1);
  }
  return end();
}
