// A handler with SA_ONSTACK runs on the alternate stack, and only there is SS_ONSTACK told.
#include <signal.h>

#include "tests/programs/check.h"

static char room[1 << 16];
static volatile sig_atomic_t on_it;

static void handle(int signal) {
  (void)signal;
  char local;
  stack_t now;
  CHECK(sigaltstack(NULL, &now) == 0);
  on_it = &local >= room && &local < room + sizeof room && (now.ss_flags & SS_ONSTACK);
}

int main(void) {
  stack_t stack = {.ss_sp = room, .ss_size = sizeof room}, now;
  CHECK(sigaltstack(&stack, NULL) == 0);
  CHECK(sigaltstack(NULL, &now) == 0 && now.ss_sp == room && now.ss_flags == 0);
  struct sigaction action = {.sa_flags = SA_ONSTACK};
  action.sa_handler = handle;
  CHECK(sigaction(SIGUSR1, &action, NULL) == 0 && raise(SIGUSR1) == 0 && on_it);
  signal(SIGUSR2, handle);
  CHECK(raise(SIGUSR2) == 0 && !on_it);
  stack.ss_flags = SS_DISABLE;
  CHECK(sigaltstack(&stack, NULL) == 0 && raise(SIGUSR1) == 0 && !on_it);
  stack.ss_flags = 0, stack.ss_size = 100;
  CHECK(sigaltstack(&stack, NULL) == -1 && errno == ENOMEM);
  return ok();
}
