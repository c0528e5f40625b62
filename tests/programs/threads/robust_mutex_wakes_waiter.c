// A process waiting for a robust mutex is woken when its holder is killed.
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  pthread_mutex_t* mutex = (pthread_mutex_t*)mmap(NULL, sizeof *mutex, PROT_READ | PROT_WRITE,
                                                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t kind;
  int ready[2];
  CHECK(mutex != MAP_FAILED && pipe(ready) == 0 && pthread_mutexattr_init(&kind) == 0);
  CHECK(pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST) == 0);
  CHECK(pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED) == 0);
  CHECK(pthread_mutex_init(mutex, &kind) == 0);
  pid_t child = fork();
  if (child == 0) {
    CHECK(pthread_mutex_lock(mutex) == 0 && write(ready[1], "x", 1) == 1);
    for (;;) pause();
  }
  char byte;
  CHECK(read(ready[0], &byte, 1) == 1);
  pid_t killer = fork();
  if (killer == 0) {
    usleep(30000);
    CHECK(kill(child, SIGKILL) == 0);
    _exit(0);
  }
  CHECK(pthread_mutex_lock(mutex) == EOWNERDEAD);
  expect_killed(child, SIGKILL);
  expect_exit(killer, 0);
  return ok();
}
