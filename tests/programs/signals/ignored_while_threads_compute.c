// Signals that nobody wants come while threads compute on the same memory: they are no moments at
// which one thread may take over from another.
// output: varies
#include <pthread.h>
#include <signal.h>

#include "tests/programs/check.h"

static volatile unsigned state, rounds;

static void* compute(void* factor) {
  for (int i = 0; i < 40; i++) {
    for (int work = 0; work < 500000; work++) state = state * *(unsigned*)factor + 1, rounds++;
    CHECK(getppid() != 0);
  }
  return NULL;
}

int main(void) {
  pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 1000 && kill(getppid(), SIGWINCH) == 0; i++) usleep(100);
    _exit(0);
  }
  unsigned factors[] = {3, 5};
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, compute, &factors[0]) == 0);
  compute(&factors[1]);
  CHECK(pthread_join(thread, NULL) == 0);
  expect_exit(child, 0);
  printf("%u %u\n", state, rounds);
  return ok();
}
