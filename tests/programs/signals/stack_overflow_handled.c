// A stack overflow is caught on the alternate stack and left with siglongjmp.
#include <setjmp.h>
#include <signal.h>
#include <sys/resource.h>

#include "tests/programs/check.h"

static sigjmp_buf back;
static char room[1 << 16];
static void handle(int signal) { siglongjmp(back, signal); }

static int __attribute__((noinline)) endless(volatile int depth) {
  volatile char frame[10000];
  if (depth == 1 << 30) return 0;
  frame[0] = depth;
  return endless(depth + 1) + frame[0];
}

int main(void) {
  struct rlimit small = {1 << 20, 1 << 20};
  CHECK(setrlimit(RLIMIT_STACK, &small) == 0);
  stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
  CHECK(sigaltstack(&stack, NULL) == 0);
  struct sigaction action = {.sa_flags = SA_ONSTACK};
  action.sa_handler = handle;
  CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
  int signal = sigsetjmp(back, 1);
  if (signal == 0) endless(0);
  CHECK(signal == SIGSEGV);
  return ok();
}
