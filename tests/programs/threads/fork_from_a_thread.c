// A thread forks: the child has this thread only, and the atfork handlers ran on both sides.
#include <pthread.h>

#include "tests/programs/check.h"

static int prepared, in_parent, in_child;
static void prepare(void) { prepared++; }
static void parent(void) { in_parent++; }
static void child_side(void) { in_child++; }

static void* wait_forever(void* unused) {
  for (;;) pause();
  return unused;
}
static void* fork_here(void* unused) {
  pid_t before = getpid(), child = fork();
  if (child == 0) {
    CHECK(getppid() == before && gettid() == getpid());
    CHECK(prepared == 1 && in_child == 1 && in_parent == 0);
    exit(17);
  }
  expect_exit(child, 17);
  CHECK(in_parent == 1 && in_child == 0);
  return unused;
}

int main(void) {
  CHECK(pthread_atfork(prepare, parent, child_side) == 0);
  pthread_t forever, forks;
  CHECK(pthread_create(&forever, NULL, wait_forever, NULL) == 0);
  CHECK(pthread_create(&forks, NULL, fork_here, NULL) == 0 && pthread_join(forks, NULL) == 0);
  return ok();
}
