// pthread_once runs its function once, however many threads come at the same time.
#include <pthread.h>

#include "tests/programs/check.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int times;
static void initialise(void) {
  usleep(10000);
  times++;
}
static void* run(void* unused) {
  CHECK(pthread_once(&once, initialise) == 0 && times == 1);
  return unused;
}

int main(void) {
  pthread_t threads[8];
  for (int i = 0; i < 8; i++) CHECK(pthread_create(&threads[i], NULL, run, NULL) == 0);
  for (int i = 0; i < 8; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  return ok();
}
