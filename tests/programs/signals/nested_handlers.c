// Handlers interrupt each other three deep and return in reverse order.
#include <signal.h>

#include "tests/programs/check.h"

static char order[16];
static void note(char c) { order[strlen(order)] = c; }

static void inner(int signal) { (void)signal, note('i'); }
static void middle(int signal) {
  (void)signal;
  note('m');
  raise(SIGTERM);
  note('M');
}
static void outer(int signal) {
  (void)signal;
  note('o');
  raise(SIGUSR2);
  note('O');
}

int main(void) {
  signal(SIGUSR1, outer);
  signal(SIGUSR2, middle);
  signal(SIGTERM, inner);
  raise(SIGUSR1);
  CHECK(strcmp(order, "omiMO") == 0);
  return ok();
}
