// Standard input, as the harness gives it, is at its end.
#include "tests/programs/check.h"

int main(void) {
  char text[16];
  CHECK(read(0, text, sizeof text) == 0);
  CHECK(getchar() == EOF);
  return ok();
}
