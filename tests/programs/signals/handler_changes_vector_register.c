// A handler that writes the saved xmm0 changes xmm0.
#include <signal.h>
#include <ucontext.h>

#include "tests/programs/check.h"

static void handle(int signal, siginfo_t* info, void* context) {
  (void)signal, (void)info;
  struct _libc_fpstate* state = ((ucontext_t*)context)->uc_mcontext.fpregs;
  CHECK(state->_xmm[0].element[0] == 7);
  for (int i = 0; i < 4; i++) state->_xmm[0].element[i] = 1000 + i;
}

int main(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO};
  action.sa_sigaction = handle;
  CHECK(sigaction(SIGTRAP, &action, NULL) == 0);
  unsigned value[4] = {7, 8, 9, 10};
  __asm__ volatile("movups (%0), %%xmm0\n int3\n movups %%xmm0, (%0)" ::"r"(value)
                   : "xmm0", "memory");
  for (unsigned i = 0; i < 4; i++) CHECK(value[i] == 1000 + i);
  return ok();
}
