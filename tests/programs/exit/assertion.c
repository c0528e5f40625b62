// A failed assertion says so on stderr and aborts.
// expect: signal SIGABRT
#undef NDEBUG
#include <assert.h>

#include "tests/programs/check.h"

int main(void) {
  ok();
  fflush(stdout);
  assert(!"this fails on purpose");
}
