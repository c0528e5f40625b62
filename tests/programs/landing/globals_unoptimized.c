// Interrupted in unoptimized code, where everything is in memory, the moment is found again.
// output: varies
// build: -O0
#include "interrupted.h"

static uint64_t counter, square, odd;

int main(void) {
  begin(&counter, 0);
  while (goes_on()) {
    counter = counter + 1;
    square = counter * counter;
    for (int i = 0; i < 5; i++) odd += square & 1;
  }
  return end();
}
