// SIGKILL ends a process with many threads, in calls and on their way.
#include <pthread.h>
#include <signal.h>

#include "tests/programs/check.h"

static void* work(void* argument) {
  for (;;) {
    if (argument) pause();
    usleep(100);
  }
  return argument;
}

int main(void) {
  int ready[2];
  CHECK(pipe(ready) == 0);
  pid_t child = fork();
  if (child == 0) {
    pthread_t thread;
    for (long i = 0; i < 10; i++) CHECK(pthread_create(&thread, NULL, work, (void*)(i % 2)) == 0);
    CHECK(write(ready[1], "x", 1) == 1);
    work(NULL);
  }
  char byte;
  CHECK(read(ready[0], &byte, 1) == 1 && kill(child, SIGKILL) == 0);
  expect_killed(child, SIGKILL);
  return ok();
}
