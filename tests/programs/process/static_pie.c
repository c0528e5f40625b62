// A static position-independent program relocates itself.
// build: -static-pie -fPIE
#include "tests/programs/check.h"

static const char* words[] = {"one", "two", "three"};

int main(void) {
  for (int i = 0; i < 3; i++) CHECK(strlen(words[i]) >= 3);
  pid_t child = fork();
  if (child == 0) _exit(2);
  expect_exit(child, 2);
  return ok();
}
