// A shell pipeline of three programs gives what it should.
#include "tests/programs/check.h"

int main(void) {
  FILE* pipe = popen("seq 1 2000 | grep 7 | wc -l", "r");
  int lines = 0;
  CHECK(pipe && fscanf(pipe, "%d", &lines) == 1 && pclose(pipe) == 0);
  CHECK(lines == 542);
  return ok();
}
