// An unmasked floating-point division by zero is SIGFPE with FPE_FLTDIV.
// build: -lm
#include <fenv.h>
#include <setjmp.h>
#include <signal.h>

#include "tests/programs/check.h"

static sigjmp_buf back;
static volatile int code;

static void handle(int signal, siginfo_t* info, void* context) {
  (void)signal, (void)context;
  code = info->si_code;
  siglongjmp(back, 1);
}

int main(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO};
  action.sa_sigaction = handle;
  CHECK(sigaction(SIGFPE, &action, NULL) == 0);
  CHECK(feenableexcept(FE_DIVBYZERO) != -1);
  if (sigsetjmp(back, 1) == 0) {
    volatile double zero = 0, result = 1 / zero;
    (void)result;
    CHECK(!"reached");
  }
  CHECK(code == FPE_FLTDIV);
  return ok();
}
