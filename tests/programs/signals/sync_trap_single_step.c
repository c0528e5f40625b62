// With the trap flag set, each instruction is SIGTRAP with TRAP_TRACE.
#include <signal.h>

#include "tests/programs/check.h"

static volatile int steps;

static void handle(int signal, siginfo_t* info, void* context) {
  (void)context;
  CHECK(signal == SIGTRAP && info->si_code == TRAP_TRACE);
  steps++;
}

int main(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO};
  action.sa_sigaction = handle;
  CHECK(sigaction(SIGTRAP, &action, NULL) == 0);
  __asm__ volatile(
      "subq $128, %%rsp\n"  // below the red zone
      "pushfq\n orq $0x100, (%%rsp)\n popfq\n"
      "nop\n nop\n nop\n"
      "pushfq\n andq $~0x100, (%%rsp)\n popfq\n"
      "addq $128, %%rsp\n" ::
          : "memory", "cc");
  CHECK(steps == 6);  // three nops, pushfq, andq, popfq
  return ok();
}
