// A timer's signals come amid a stream of calls; the handler makes calls of its own, and no call is
// the worse for it.
#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>

#include "tests/programs/check.h"

enum { kAlarms = 100 };

static volatile int alarms;
static int zero, ends[2];
static pid_t parent;

static void handle(int signal) {
  const int saved = errno;
  struct timespec now;
  char byte = 1;
  CHECK(signal == SIGALRM && getppid() == parent && clock_gettime(CLOCK_REALTIME, &now) == 0);
  CHECK(read(zero, &byte, 1) == 1 && byte == 0);
  CHECK(write(ends[1], "a", 1) == 1 && read(ends[0], &byte, 1) == 1 && byte == 'a');
  CHECK(lseek(-1, 0, SEEK_SET) == -1 && errno == EBADF);
  alarms++;
  errno = saved;
}

int main(void) {
  parent = getppid();
  zero = open("/dev/zero", O_RDONLY);
  CHECK(zero >= 0 && pipe(ends) == 0);
  struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
  CHECK(sigaction(SIGALRM, &action, NULL) == 0);
  const struct itimerval each_ms = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
  CHECK(setitimer(ITIMER_REAL, &each_ms, NULL) == 0);
  unsigned rounds = 0;
  while (alarms < kAlarms) {
    char buffer[64];
    memset(buffer, 1, sizeof buffer);
    CHECK(read(zero, buffer, sizeof buffer) == sizeof buffer);
    for (unsigned i = 0; i < sizeof buffer; i++) CHECK(buffer[i] == 0);
    CHECK(getppid() == parent);
    CHECK(fcntl(-1, F_GETFD) == -1 && errno == EBADF);
    CHECK(lseek(ends[0], 0, SEEK_SET) == -1 && errno == ESPIPE);
    rounds++;
  }
  CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
  dprintf(STDERR_FILENO, "%s", rounds == 0 ? "no rounds\n" : "");
  return ok();
}
