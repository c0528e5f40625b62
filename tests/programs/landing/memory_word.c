// Interrupted in a loop whose registers never change, only a word in memory, the round is found
// again.
// output: varies
#include "interrupted.h"

static uint64_t word;

int main(void) {
  begin(&word, 0);
  __asm__ volatile(
      "1: incq %0\n"
      "cmpl $0, %1\n"
      "je 1b\n"
      : "+m"(word)
      : "m"(is_over)
      : "cc");
  return end();
}
