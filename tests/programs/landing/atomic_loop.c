// Interrupted in a loop of atomic read-modify-writes, the moment is found again.
// output: varies
#include "interrupted.h"

static uint64_t word;

int main(void) {
  begin(&word, 0);
  while (goes_on()) {
    __atomic_fetch_add(&word, 3, __ATOMIC_SEQ_CST);
    uint64_t seen = __atomic_load_n(&word, __ATOMIC_RELAXED);
    __atomic_compare_exchange_n(&word, &seen, seen ^ 0x5555, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  }
  return end();
}
