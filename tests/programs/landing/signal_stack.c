// Interrupted while a handler computes on the signal stack, the moment is found again.
// output: varies
#include "interrupted.h"

static unsigned char stack[1 << 16];
static uint64_t counter;

static void compute(int signal) {
  (void)signal;
  volatile uint64_t local[8] = {0};
  while (goes_on()) {
    counter++;
    local[counter % 8] += counter;
  }
}

int main(void) {
  const stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
  CHECK(sigaltstack(&own, NULL) == 0);
  struct sigaction action = {.sa_handler = compute, .sa_flags = SA_ONSTACK};
  CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
  begin(&counter, SA_ONSTACK);
  CHECK(raise(SIGUSR1) == 0);
  return end();
}
