// Ten children run at the same time and end in any order; wait gets each once.
#include "tests/programs/check.h"

int main(void) {
  pid_t children[10];
  int seen[10] = {0};
  for (int i = 0; i < 10; i++) {
    children[i] = fork();
    if (children[i] == 0) {
      usleep((10 - i) * 1000);
      _exit(100 + i);
    }
  }
  for (int k = 0; k < 10; k++) {
    int status;
    pid_t child = wait(&status);
    for (int i = 0; i < 10; i++) {
      if (children[i] == child) seen[i] = WEXITSTATUS(status);
    }
  }
  for (int i = 0; i < 10; i++) CHECK(seen[i] == 100 + i);
  return ok();
}
