// Threads have names and processor clocks of their own.
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#include "tests/programs/check.h"

static sem_t named, checked;
static void* run(void* unused) {
  CHECK(pthread_setname_np(pthread_self(), "worker") == 0);
  sem_post(&named);
  CHECK(sem_wait(&checked) == 0);
  return unused;
}

int main(void) {
  CHECK(sem_init(&named, 0, 0) == 0 && sem_init(&checked, 0, 0) == 0);
  pthread_t thread;
  clockid_t clock;
  struct timespec used;
  char name[16];
  CHECK(pthread_create(&thread, NULL, run, NULL) == 0 && sem_wait(&named) == 0);
  CHECK(pthread_getname_np(thread, name, sizeof name) == 0 && strcmp(name, "worker") == 0);
  CHECK(pthread_getname_np(pthread_self(), name, 16) == 0 && strcmp(name, "names_and_clock") == 0);
  CHECK(pthread_getcpuclockid(thread, &clock) == 0 && clock_gettime(clock, &used) == 0);
  CHECK(used.tv_sec < 60 && sem_post(&checked) == 0 && pthread_join(thread, NULL) == 0);
  return ok();
}
