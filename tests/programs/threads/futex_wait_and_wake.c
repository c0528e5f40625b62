// Raw futexes: a stale value is refused, a wait times out, a wake counts its sleepers.
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>

#include "tests/programs/check.h"

static int word, asleep;
static long futex(int* at, int operation, int value, const struct timespec* limit) {
  return syscall(SYS_futex, at, operation, value, limit, NULL, 0);
}

static void* wait_here(void* unused) {
  __atomic_add_fetch(&asleep, 1, __ATOMIC_SEQ_CST);
  while (__atomic_load_n(&word, __ATOMIC_SEQ_CST) == 0) {
    CHECK(futex(&word, FUTEX_WAIT_PRIVATE, 0, NULL) == 0 || errno == EAGAIN);
  }
  return unused;
}

int main(void) {
  struct timespec limit = {0, 10000000};
  CHECK(futex(&word, FUTEX_WAIT_PRIVATE, 1, NULL) == -1 && errno == EAGAIN);
  CHECK(futex(&word, FUTEX_WAIT_PRIVATE, 0, &limit) == -1 && errno == ETIMEDOUT);
  CHECK(futex(&word, FUTEX_WAKE_PRIVATE, 1, NULL) == 0);
  CHECK(futex((int*)((char*)&word + 1), FUTEX_WAIT_PRIVATE, 0, &limit) == -1 && errno == EINVAL);
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) CHECK(pthread_create(&threads[i], NULL, wait_here, NULL) == 0);
  while (__atomic_load_n(&asleep, __ATOMIC_SEQ_CST) < 3) usleep(1000);
  __atomic_store_n(&word, 1, __ATOMIC_SEQ_CST);
  long woken = futex(&word, FUTEX_WAKE_PRIVATE, 100, NULL);
  CHECK(woken >= 0 && woken <= 3);
  for (int i = 0; i < 3; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  return ok();
}
