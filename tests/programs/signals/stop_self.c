// A child stops itself with SIGTSTP, has a SIGCONT handler, and waitid tells the states.
#include <signal.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t continued;
static void handle(int signal) { (void)signal, continued++; }

int main(void) {
  int told[2];
  char byte = 'x';
  CHECK(pipe(told) == 0);
  pid_t child = fork();
  if (child == 0) {
    CHECK(setpgid(0, 0) == 0);
    signal(SIGCONT, handle);
    raise(SIGSTOP);
    CHECK(continued == 1);
    CHECK(read(told[0], &byte, 1) ==
          1);  // waitid has told that it goes on: its end would hide that
    _exit(8);
  }
  siginfo_t info;
  CHECK(waitid(P_PID, child, &info, WSTOPPED) == 0);
  CHECK(info.si_code == CLD_STOPPED && info.si_status == SIGSTOP && info.si_pid == child);
  CHECK(kill(child, SIGCONT) == 0);
  CHECK(waitid(P_PID, child, &info, WCONTINUED) == 0 && info.si_code == CLD_CONTINUED);
  CHECK(write(told[1], &byte, 1) == 1);
  CHECK(waitid(P_PID, child, &info, WEXITED) == 0);
  CHECK(info.si_code == CLD_EXITED && info.si_status == 8);
  return ok();
}
