// FUTEX_WAIT_BITSET is woken by its bits, FUTEX_CMP_REQUEUE moves sleepers, WAKE_OP does both.
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>

#include "tests/programs/check.h"

static int here, there, entered, woken;

static void* wait_here(void* bits) {
  __atomic_add_fetch(&entered, 1, __ATOMIC_SEQ_CST);
  long result;
  do {
    result = syscall(SYS_futex, &here, FUTEX_WAIT_BITSET_PRIVATE, 0, NULL, NULL, (int)(long)bits);
  } while (result == -1 && errno == EINTR);
  CHECK(result == 0);
  __atomic_add_fetch(&woken, 1, __ATOMIC_SEQ_CST);
  return NULL;
}

static void wake_until(int* at, int bits, int expected) {
  while (__atomic_load_n(&woken, __ATOMIC_SEQ_CST) < expected) {
    CHECK(syscall(SYS_futex, at, FUTEX_WAKE_BITSET_PRIVATE, 1, NULL, NULL, bits) >= 0);
    usleep(1000);
  }
}

int main(void) {
  pthread_t one, two, three;
  CHECK(pthread_create(&one, NULL, wait_here, (void*)1) == 0);
  CHECK(pthread_create(&two, NULL, wait_here, (void*)2) == 0);
  while (__atomic_load_n(&entered, __ATOMIC_SEQ_CST) < 2) usleep(1000);
  CHECK(syscall(SYS_futex, &here, FUTEX_WAKE_BITSET_PRIVATE, 9, NULL, NULL, 4) == 0);
  wake_until(&here, 2, 1);
  CHECK(pthread_join(two, NULL) == 0);
  wake_until(&here, 1, 2);
  CHECK(pthread_join(one, NULL) == 0);
  CHECK(pthread_create(&three, NULL, wait_here, (void*)-1l) == 0);
  long moved = 0;
  while (moved == 0) {  // until the thread sleeps
    moved = syscall(SYS_futex, &here, FUTEX_CMP_REQUEUE_PRIVATE, 0, (void*)1, &there, 0);
    CHECK(moved >= 0 && usleep(1000) == 0);
  }
  CHECK(moved == 1);
  CHECK(syscall(SYS_futex, &here, FUTEX_CMP_REQUEUE_PRIVATE, 0, 1, &there, 5) == -1 &&
        errno == EAGAIN);
  int operation = FUTEX_OP(FUTEX_OP_SET, 7, FUTEX_OP_CMP_EQ, 0);
  CHECK(syscall(SYS_futex, &here, FUTEX_WAKE_OP_PRIVATE, 1, (void*)1, &there, operation) == 1);
  CHECK(there == 7 && pthread_join(three, NULL) == 0);
  struct timespec past = {1, 0};
  CHECK(syscall(SYS_futex, &here, FUTEX_WAIT_BITSET_PRIVATE, 0, &past, NULL, -1) == -1);
  CHECK(errno == ETIMEDOUT);
  return ok();
}
