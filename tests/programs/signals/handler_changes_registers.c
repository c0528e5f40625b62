// What a handler writes into its context is what the program goes on with.
#include <signal.h>
#include <ucontext.h>

#include "tests/programs/check.h"

static void handle(int signal, siginfo_t* info, void* context) {
  (void)signal, (void)info;
  greg_t* registers = ((ucontext_t*)context)->uc_mcontext.gregs;
  CHECK(registers[REG_R12] == 1 && registers[REG_R13] == 2);
  registers[REG_R12] = 100, registers[REG_R13] = 200;
  registers[REG_EFL] |= 1;  // carry
}

int main(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO};
  action.sa_sigaction = handle;
  CHECK(sigaction(SIGTRAP, &action, NULL) == 0);
  long one = 1, two = 2;
  char carry = 0;
  __asm__ volatile(
      "movq %[one], %%r12\n movq %[two], %%r13\n clc\n int3\n setc %[carry]\n"
      "movq %%r12, %[one]\n movq %%r13, %[two]\n"
      : [one] "+m"(one), [two] "+m"(two), [carry] "=m"(carry)
      :
      : "r12", "r13", "memory", "cc");
  CHECK(one == 100 && two == 200 && carry == 1);
  return ok();
}
