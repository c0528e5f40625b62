// alarm interrupts pause, tells the seconds left, and is cancelled by zero.
#include <signal.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t rung;
static void ring(int signal) { (void)signal, rung++; }

int main(void) {
  signal(SIGALRM, ring);
  CHECK(alarm(1000) == 0);
  unsigned left = alarm(1);
  CHECK(left > 900 && left <= 1000);
  while (!rung) pause();  // a second long: the alarm cannot come between the check and the pause
  CHECK(rung == 1 && alarm(0) == 0);
  return ok();
}
