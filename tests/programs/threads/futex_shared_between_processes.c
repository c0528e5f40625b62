// A futex in shared memory wakes a waiter in another process.
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

static void wait_while(int* word, int value) {
  while (__atomic_load_n(word, __ATOMIC_SEQ_CST) == value) {
    long result = syscall(SYS_futex, word, FUTEX_WAIT, value, NULL, NULL, 0);
    CHECK(result == 0 || errno == EAGAIN);
  }
}
static void change(int* word, int value) {
  __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
  CHECK(syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0) >= 0);
}

int main(void) {
  int* words = (int*)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(words != MAP_FAILED);
  pid_t child = fork();
  for (int i = 0; i < 100; i++) {
    if (child == 0) {
      wait_while(&words[0], i);
      change(&words[1], i + 1);
    } else {
      change(&words[0], i + 1);
      wait_while(&words[1], i);
    }
  }
  if (child == 0) _exit(0);
  expect_exit(child, 0);
  return ok();
}
