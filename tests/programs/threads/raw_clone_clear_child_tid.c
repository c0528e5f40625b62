// A thread made by clone alone: the kernel sets its tid, clears it at the end and wakes its futex.
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

static char stack[1 << 16] __attribute__((aligned(16)));
static volatile int ran;
static int run(void* argument) {
  ran = *(int*)argument;
  syscall(SYS_exit, 0);  // this thread only
  return 0;
}

int main(void) {
  static pid_t tid;
  static pid_t parent_tid;
  int value = 31;
  const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
                    CLONE_SYSVSEM | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
  int result = clone(run, stack + sizeof stack, flags, &value, &parent_tid, NULL, &tid);
  CHECK(result > 0 && parent_tid == result);
  pid_t seen;
  // CLONE_CHILD_SETTID is done by the child as it starts: the word may still be zero from before.
  while (!ran) sched_yield();
  while ((seen = __atomic_load_n(&tid, __ATOMIC_SEQ_CST)) != 0) {
    CHECK(seen == result);
    CHECK(syscall(SYS_futex, &tid, FUTEX_WAIT, seen, NULL, NULL, 0) == 0 || errno == EAGAIN);
  }
  CHECK(ran == 31);
  return ok();
}
