// set_robust_list: the kernel marks a dead thread's futexes and wakes who waits.
#include <linux/futex.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

typedef struct {
  struct robust_list link;
  int word;
} Lock;
static Lock lock;
static struct robust_list_head head;

static void* hold_and_end(void* unused) {
  head.list.next = &lock.link;
  lock.link.next = &head.list;
  head.futex_offset = offsetof(Lock, word);
  head.list_op_pending = NULL;
  CHECK(syscall(SYS_set_robust_list, &head, sizeof head) == 0);
  struct robust_list_head* back = NULL;
  size_t size = 0;
  CHECK(syscall(SYS_get_robust_list, 0, &back, &size) == 0 && back == &head && size == sizeof head);
  lock.word = gettid();
  return unused;
}

int main(void) {
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, hold_and_end, NULL) == 0 && pthread_join(thread, NULL) == 0);
  CHECK(lock.word == FUTEX_OWNER_DIED);
  CHECK(syscall(SYS_set_robust_list, &head, 3) == -1 && errno == EINVAL);
  return ok();
}
