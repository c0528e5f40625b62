// Interrupted in a loop whose registers never change, only a word in memory, the round is found
// again.
// output: varies
#include "interrupted.h"

static uint64_t word;

int main(void) {
  begin(&word, 0);
  const volatile sig_atomic_t* count = &landings;
  __asm__ volatile(
      "1: incq %0\n"
      "cmpl %2, %1\n"
      "jl 1b\n"
      : "+m"(word)
      : "m"(*count), "i"(kLandings)
      : "cc");
  return end();
}
