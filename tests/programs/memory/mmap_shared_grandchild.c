// Memory shared through two forks: grandchild, child and parent count in one place, in turn.
#include <semaphore.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

typedef struct {
  sem_t lock;
  int total;
} Shared;

static void count(Shared* shared) {
  for (int i = 0; i < 200; i++) {
    CHECK(sem_wait(&shared->lock) == 0);
    shared->total++;
    CHECK(sem_post(&shared->lock) == 0);
  }
}

int main(void) {
  Shared* shared = (Shared*)mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(shared != MAP_FAILED && sem_init(&shared->lock, 1, 1) == 0);
  pid_t child = fork();
  if (child == 0) {
    pid_t grandchild = fork();
    count(shared);
    if (grandchild == 0) _exit(0);
    expect_exit(grandchild, 0);
    _exit(0);
  }
  count(shared);
  expect_exit(child, 0);
  CHECK(shared->total == 600);
  return ok();
}
