// A non-canonical address is SIGSEGV with SI_KERNEL and no address.
#include <setjmp.h>
#include <signal.h>

#include "tests/programs/check.h"

static sigjmp_buf back;

static void handle(int signal, siginfo_t* info, void* context) {
  (void)context;
  CHECK(signal == SIGSEGV && info->si_code == SI_KERNEL && info->si_addr == NULL);
  siglongjmp(back, 1);
}

int main(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO};
  action.sa_sigaction = handle;
  CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
  if (sigsetjmp(back, 1) == 0) {
    volatile char* far = (char*)0x8000000000000000ul;
    *far = 1;
    CHECK(!"reached");
  }
  if (sigsetjmp(back, 1) == 0) {
    __asm__ volatile("hlt");  // privileged
    CHECK(!"reached");
  }
  return ok();
}
