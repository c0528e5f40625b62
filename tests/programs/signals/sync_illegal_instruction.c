// ud2 is SIGILL with ILL_ILLOPN at its address; the handler steps over it.
#include <signal.h>
#include <ucontext.h>

#include "tests/programs/check.h"

static volatile int seen;

static void handle(int signal, siginfo_t* info, void* context) {
  ucontext_t* machine = (ucontext_t*)context;
  CHECK(signal == SIGILL && info->si_code == ILL_ILLOPN);
  CHECK(info->si_addr == (void*)machine->uc_mcontext.gregs[REG_RIP]);
  machine->uc_mcontext.gregs[REG_RIP] += 2;
  seen++;
}

int main(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO};
  action.sa_sigaction = handle;
  CHECK(sigaction(SIGILL, &action, NULL) == 0);
  for (int i = 0; i < 3; i++) __asm__ volatile("ud2");
  CHECK(seen == 3);
  return ok();
}
