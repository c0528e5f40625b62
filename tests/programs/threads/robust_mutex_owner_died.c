// A robust mutex tells the next one that its owner died, in a thread and in a process.
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

static void* lock_and_end(void* mutex) {
  CHECK(pthread_mutex_lock((pthread_mutex_t*)mutex) == 0);
  return NULL;
}

int main(void) {
  pthread_mutex_t* mutex = (pthread_mutex_t*)mmap(NULL, sizeof *mutex, PROT_READ | PROT_WRITE,
                                                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t kind;
  CHECK(mutex != MAP_FAILED && pthread_mutexattr_init(&kind) == 0);
  CHECK(pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST) == 0);
  CHECK(pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED) == 0);
  CHECK(pthread_mutex_init(mutex, &kind) == 0);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, lock_and_end, mutex) == 0);
  CHECK(pthread_join(thread, NULL) == 0 && pthread_mutex_lock(mutex) == EOWNERDEAD);
  CHECK(pthread_mutex_consistent(mutex) == 0 && pthread_mutex_unlock(mutex) == 0);
  pid_t child = fork();
  if (child == 0) {
    CHECK(pthread_mutex_lock(mutex) == 0);
    raise(SIGKILL);
  }
  expect_killed(child, SIGKILL);
  CHECK(pthread_mutex_lock(mutex) == EOWNERDEAD && pthread_mutex_unlock(mutex) == 0);
  CHECK(pthread_mutex_lock(mutex) == ENOTRECOVERABLE);
  return ok();
}
