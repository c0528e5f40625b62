// The main thread ends with pthread_exit; the process lives until the last thread does.
#include <pthread.h>

#include "tests/programs/check.h"

static pthread_t main_thread;
static void* outlive(void* unused) {
  CHECK(pthread_join(main_thread, NULL) == 0);
  usleep(10000);
  CHECK(getpid() != gettid());
  exit(ok());
  return unused;
}

int main(void) {
  pthread_t thread;
  main_thread = pthread_self();
  CHECK(pthread_create(&thread, NULL, outlive, NULL) == 0);
  pthread_exit(NULL);
}
