// A signal comes while the program computes, which then makes calls that need not wait: they do
// their work, and the handler runs once.
#include <signal.h>
#include <sys/time.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t count;
static void handle(int signal) { (void)signal, count++; }

int main(void) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  struct sigaction action = {.sa_handler = handle};
  CHECK(sigaction(SIGALRM, &action, NULL) == 0);
  for (int i = 1; i <= 5; i++) {
    struct itimerval soon = {{0, 0}, {0, 3000}};
    CHECK(write(ends[1], "data", 4) == 4);
    CHECK(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    for (volatile int work = 0; work < 30000000; work++) continue;
    char data[8];
    CHECK(read(ends[0], data, sizeof data) == 4 && memcmp(data, "data", 4) == 0);
    while (count < i) pause();
    CHECK(count == i);
  }
  return ok();
}
