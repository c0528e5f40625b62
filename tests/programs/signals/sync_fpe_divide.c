// Dividing by zero is SIGFPE with FPE_INTDIV at the dividing instruction.
#include <setjmp.h>
#include <signal.h>

#include "tests/programs/check.h"

static sigjmp_buf back;

static void handle(int signal, siginfo_t* info, void* context) {
  (void)context;
  CHECK(signal == SIGFPE && info->si_code == FPE_INTDIV && info->si_addr);
  siglongjmp(back, 1);
}

int main(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO};
  action.sa_sigaction = handle;
  CHECK(sigaction(SIGFPE, &action, NULL) == 0);
  for (volatile int i = 0; i < 5; i++) {
    if (sigsetjmp(back, 1)) continue;
    volatile int zero = 0;
    volatile int result = 10 / zero;
    (void)result;
    CHECK(!"reached");
  }
  return ok();
}
