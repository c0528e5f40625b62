// int3 is SIGTRAP with SI_KERNEL after the instruction.
#include <signal.h>
#include <ucontext.h>

#include "tests/programs/check.h"

static volatile int seen;

static void handle(int signal, siginfo_t* info, void* context) {
  ucontext_t* machine = (ucontext_t*)context;
  CHECK(signal == SIGTRAP && info->si_code == SI_KERNEL);
  CHECK(((unsigned char*)machine->uc_mcontext.gregs[REG_RIP])[-1] == 0xcc);
  seen++;
}

int main(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO};
  action.sa_sigaction = handle;
  CHECK(sigaction(SIGTRAP, &action, NULL) == 0);
  for (int i = 0; i < 3; i++) __asm__ volatile("int3");
  CHECK(seen == 3);
  return ok();
}
