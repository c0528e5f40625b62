// Over an exec ignored signals stay ignored, handled ones become default, mask and pending stay.
#include <signal.h>

#include "tests/programs/check.h"

static void handle(int signal) { (void)signal; }

int main(int argc, char** argv) {
  (void)argv;
  sigset_t set, pending;
  sigemptyset(&set);
  sigaddset(&set, SIGHUP);
  if (argc > 1) {
    struct sigaction now;
    CHECK(sigaction(SIGUSR1, NULL, &now) == 0 && now.sa_handler == SIG_IGN);
    CHECK(sigaction(SIGUSR2, NULL, &now) == 0 && now.sa_handler == SIG_DFL);
    CHECK(sigprocmask(SIG_BLOCK, NULL, &set) == 0 && sigismember(&set, SIGHUP));
    CHECK(sigpending(&pending) == 0 && sigismember(&pending, SIGHUP));
    stack_t stack;
    CHECK(sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_DISABLE));
    return ok();
  }
  signal(SIGUSR1, SIG_IGN);
  signal(SIGUSR2, handle);
  CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0 && raise(SIGHUP) == 0);
  execl("/proc/self/exe", "exec_and_signals", "again", (char*)NULL);
  CHECK(!"reached");
}
