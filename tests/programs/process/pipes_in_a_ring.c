// Five processes pass a token round a ring of pipes a hundred times.
#include "tests/programs/check.h"

enum { kProcesses = 5, kRounds = 100 };

int main(void) {
  int pipes[kProcesses][2], token = 0;
  pid_t children[kProcesses];
  for (int i = 0; i < kProcesses; i++) CHECK(pipe(pipes[i]) == 0);
  for (int i = 1; i < kProcesses; i++) {
    children[i] = fork();
    if (children[i] != 0) continue;
    for (int round = 0; round < kRounds; round++) {
      CHECK(read(pipes[i - 1][0], &token, sizeof token) == sizeof token);
      token++;
      CHECK(write(pipes[i][1], &token, sizeof token) == sizeof token);
    }
    _exit(0);
  }
  for (int round = 0; round < kRounds; round++) {
    CHECK(write(pipes[0][1], &token, sizeof token) == sizeof token);
    CHECK(read(pipes[kProcesses - 1][0], &token, sizeof token) == sizeof token);
  }
  CHECK(token == kRounds * (kProcesses - 1));
  for (int i = 1; i < kProcesses; i++) expect_exit(children[i], 0);
  return ok();
}
