// Handlers of a timer's signals leave a loop of calls by siglongjmp, many times; calls go on after.
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

#include "tests/programs/check.h"

static sigjmp_buf back;
static volatile int jumps;
static void jump(int signal) {
  jumps++;
  siglongjmp(back, signal);
}

int main(void) {
  const pid_t parent = getppid();
  const int zero = open("/dev/zero", O_RDONLY);
  const struct itimerval in_1_ms = {{0, 0}, {0, 1000}};
  CHECK(zero >= 0 && signal(SIGALRM, jump) != SIG_ERR);
  for (volatile int i = 0; i < 150; i++) {
    if (sigsetjmp(back, 1) == 0) {
      CHECK(setitimer(ITIMER_REAL, &in_1_ms, NULL) == 0);
      for (;;) {
        char buffer[100];
        CHECK(getppid() == parent && read(zero, buffer, sizeof buffer) == sizeof buffer);
        CHECK(lseek(zero, 0, SEEK_CUR) == 0 && close(-1) == -1);
      }
    }
    CHECK(jumps == i + 1 && getppid() == parent);
    sigset_t now;
    CHECK(sigprocmask(SIG_BLOCK, NULL, &now) == 0 && !sigismember(&now, SIGALRM));
  }
  return ok();
}
