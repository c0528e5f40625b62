// A cancelled thread runs its cleanup handlers and joins as PTHREAD_CANCELED.
#include <pthread.h>

#include "tests/programs/check.h"

static int cleaned;
static void clean(void* amount) { cleaned += (int)(long)amount; }

static void* wait_in_read(void* argument) {
  char byte;
  pthread_cleanup_push(clean, (void*)1);
  pthread_cleanup_push(clean, (void*)10);
  CHECK(read(*(int*)argument, &byte, 1) == 1);
  pthread_cleanup_pop(0);
  pthread_cleanup_pop(0);
  return NULL;
}
static int cancelled[2];  // a pipe: the second thread has been cancelled
static void* wait_deferred(void* unused) {
  char byte;
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL) == 0);
  CHECK(read(cancelled[0], &byte, 1) == 1);
  cleaned += 100;
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL) == 0);
  pthread_testcancel();
  CHECK(!"reached");
  return unused;
}

int main(void) {
  int ends[2];
  pthread_t one, two;
  void* result;
  CHECK(pipe(ends) == 0 && pthread_create(&one, NULL, wait_in_read, ends) == 0);
  CHECK(pipe(cancelled) == 0 && pthread_create(&two, NULL, wait_deferred, NULL) == 0);
  CHECK(pthread_cancel(one) == 0 && pthread_join(one, &result) == 0);
  CHECK(result == PTHREAD_CANCELED && cleaned == 11);
  CHECK(pthread_cancel(two) == 0 && write(cancelled[1], "c", 1) == 1);
  CHECK(pthread_join(two, &result) == 0 && result == PTHREAD_CANCELED && cleaned == 111);
  return ok();
}
