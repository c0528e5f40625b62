// Leaving a handler by siglongjmp restores the mask, a thousand times.
#include <setjmp.h>
#include <signal.h>

#include "tests/programs/check.h"

static sigjmp_buf back;
static void jump(int signal) { siglongjmp(back, signal); }

int main(void) {
  signal(SIGUSR1, jump);
  for (volatile int i = 0; i < 1000; i++) {
    int signal = sigsetjmp(back, 1);
    if (signal == 0) {
      raise(SIGUSR1);
      CHECK(!"reached");
    }
    CHECK(signal == SIGUSR1);
    sigset_t now;
    CHECK(sigprocmask(SIG_BLOCK, NULL, &now) == 0 && !sigismember(&now, SIGUSR1));
  }
  return ok();
}
