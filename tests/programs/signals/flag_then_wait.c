// A signal comes while the program computes, which then looks at the handler's flag and waits: it
// does not wait in vain, whichever call it waits in.
#include <poll.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>

#include "tests/programs/check.h"

static volatile sig_atomic_t came;
static void handle(int signal) { (void)signal, came = 1; }

static int ends[2];

static void in_pause(void) { CHECK(pause() == -1 && errno == EINTR); }

static void in_sigsuspend(void) {
  sigset_t none;
  sigemptyset(&none);
  CHECK(sigsuspend(&none) == -1 && errno == EINTR);
}

static void in_read(void) {
  char c;
  CHECK(read(ends[0], &c, 1) == -1 && errno == EINTR);
}

static void in_ppoll(void) {
  struct pollfd fd = {ends[0], POLLIN, 0};
  CHECK(ppoll(&fd, 1, NULL, NULL) == -1 && errno == EINTR);
}

static void in_pselect(void) {
  sigset_t none;
  sigemptyset(&none);
  CHECK(pselect(0, NULL, NULL, NULL, NULL, &none) == -1 && errno == EINTR);
}

static void in_nanosleep(void) {
  struct timespec long_time = {100000, 0}, left = {0, 0};
  CHECK(nanosleep(&long_time, &left) == -1 && errno == EINTR && left.tv_sec > 90000);
}

static void in_waitpid(void) { CHECK(waitpid(-1, NULL, 0) == -1 && errno == EINTR); }

static void in_sigtimedwait(void) {
  sigset_t other;
  sigemptyset(&other);
  sigaddset(&other, SIGUSR1);
  CHECK(sigwaitinfo(&other, NULL) == -1 && errno == EINTR);
}

int main(void) {
  static void (*const waits[])(void) = {in_pause,   in_sigsuspend, in_read,    in_ppoll,
                                        in_pselect, in_nanosleep,  in_waitpid, in_sigtimedwait};
  CHECK(pipe(ends) == 0);
  pid_t child = fork();
  if (child == 0) {
    for (;;) pause();
  }
  struct sigaction action = {.sa_handler = handle};
  CHECK(sigaction(SIGALRM, &action, NULL) == 0);
  for (unsigned i = 0; i < sizeof waits / sizeof *waits; i++) {
    struct itimerval soon = {{0, 0}, {0, 3000}};
    came = 0;
    CHECK(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    for (volatile int work = 0; work < 30000000; work++) continue;
    if (!came) waits[i]();
    CHECK(came);
  }
  CHECK(kill(child, SIGKILL) == 0);
  expect_killed(child, SIGKILL);
  return ok();
}
