// A null pointer faults with SEGV_MAPERR at its address, with the faulting instruction's registers.
#include <signal.h>
#include <ucontext.h>

#include "tests/programs/check.h"

static volatile int seen;

static void handle(int signal, siginfo_t* info, void* context) {
  ucontext_t* machine = (ucontext_t*)context;
  CHECK(signal == SIGSEGV && info->si_signo == SIGSEGV && info->si_code == SEGV_MAPERR);
  CHECK(info->si_addr == (void*)0x1238);
  CHECK(machine->uc_mcontext.gregs[REG_RBX] == 0x1230);
  CHECK(machine->uc_mcontext.gregs[REG_TRAPNO] == 14 &&
        machine->uc_mcontext.gregs[REG_CR2] == 0x1238);
  machine->uc_mcontext.gregs[REG_RIP] += 4;  // movq 8(%rbx), %rax
  machine->uc_mcontext.gregs[REG_RAX] = 77;
  seen++;
}

int main(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO};
  action.sa_sigaction = handle;
  CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
  long result;
  __asm__ volatile("movq 8(%%rbx), %%rax" : "=a"(result) : "b"(0x1230l) : "memory");
  CHECK(result == 77 && seen == 1);
  return ok();
}
