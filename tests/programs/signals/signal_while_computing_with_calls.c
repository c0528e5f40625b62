// Signals from another process arrive while a program works with calls in between; none is lost.
#include <fcntl.h>
#include <signal.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t count;
static void handle(int signal) { (void)signal, count++; }

int main(void) {
  signal(SIGRTMIN, handle);
  pid_t parent = getpid(), child = fork();
  if (child == 0) {
    for (int i = 0; i < 50; i++) {
      CHECK(sigqueue(parent, SIGRTMIN, (union sigval){.sival_int = i}) == 0);
      usleep(200);
    }
    _exit(0);
  }
  int fd = open("/dev/null", O_WRONLY);
  volatile long work = 0;
  while (count < 50) {
    for (int i = 0; i < 1000; i++) work += i;
    CHECK(write(fd, "x", 1) == 1);
  }
  expect_exit(child, 0);
  CHECK(count == 50);
  return ok();
}
