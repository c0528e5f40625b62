// A program that computes, and to which each kind of signal comes every millisecond: from three
// kinds of timers, a terminal, children that end, another thread. Prints for each how long one had
// been pending at most (since it was sent, or since the one before), in the median. With COUNT as
// its argument it counts that many of each.
// output: varies
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>

#include "tests/programs/check.h"

enum { kMost = 4096 };

static int wanted = 12;
static volatile sig_atomic_t handled;
static long at[kMost];         // when they were handled, ns
static long pending[kMost];    // how long they had been pending, at most
static volatile long sent_at;  // the one that comes next, if that is known
static uint64_t sum;           // of where

static long now(void) {
  struct timespec time;
  CHECK(clock_gettime(CLOCK_MONOTONIC, &time) == 0);
  return time.tv_sec * 1000000000 + time.tv_nsec;
}

// It ends soon.
static void make_child(void) {
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child != 0) return;
  usleep(1000);
  _exit(0);
}

static void handle(int signal, siginfo_t* info, void* context) {
  (void)info;
  if (handled >= wanted) return;
  const ucontext_t* where = context;
  for (int i = 0; i <= REG_RIP; i++)
    sum = (sum ^ (uint64_t)where->uc_mcontext.gregs[i]) * 0x9e3779b97f4a7c15 + (sum >> 29);
  at[handled] = now();
  const long since = sent_at != 0 ? sent_at : handled > 0 ? at[handled - 1] : 0;
  pending[handled] = at[handled] - since;
  sent_at = 0;
  if (signal == SIGCHLD) {
    while (waitpid(-1, NULL, WNOHANG) > 0) make_child();  // several may end before one is handled
  }
  handled++;
}

static void handle_with(int signal) {
  const struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO};
  CHECK(sigaction(signal, &action, NULL) == 0);
}

static int by_length(const void* a, const void* b) {
  const long lengths[] = {*(const long*)a, *(const long*)b};
  return (lengths[0] > lengths[1]) - (lengths[0] < lengths[1]);
}

// Computes until all have come.
static void compute(const char* kind) {
  static volatile uint64_t value;
  while (handled < wanted) value = value * 6364136223846793005 + 1442695040888963407;
  qsort(pending + 1, (size_t)wanted - 1, sizeof *pending, by_length);
  printf("%s: %d signals, %ld us, %016lx\n", kind, (int)handled, pending[wanted / 2] / 1000,
         (unsigned long)sum);
  fflush(stdout);
  handled = 0;
}

static void from_a_timer(const char* kind, int which, int signal) {
  const struct itimerval every_ms = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
  handle_with(signal);
  CHECK(setitimer(which, &every_ms, NULL) == 0);
  compute(kind);
  CHECK(setitimer(which, &never, NULL) == 0);
}

static void from_a_timer_of_its_own(void) {
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2};
  const struct itimerspec every_ms = {{0, 1000000}, {0, 1000000}};
  timer_t timer;
  handle_with(SIGUSR2);
  CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
  CHECK(timer_settime(timer, 0, &every_ms, NULL) == 0);
  compute("timer_create");
  CHECK(timer_delete(timer) == 0);
}

// The typist presses Ctrl-C every millisecond until the computing child has ended.
static void from_a_terminal(void) {
  const int keyboard = posix_openpt(O_RDWR | O_NOCTTY);
  CHECK(keyboard >= 0 && grantpt(keyboard) == 0 && unlockpt(keyboard) == 0);
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    CHECK(setsid() == getpid());
    const int terminal = open(ptsname(keyboard), O_RDWR);
    CHECK(terminal >= 0 && ioctl(terminal, TIOCSCTTY, 0) >= 0);
    handle_with(SIGINT);
    CHECK(write(terminal, "r", 1) == 1);
    compute("SIGINT");
    _exit(0);
  }
  char echo[256];
  CHECK(read(keyboard, echo, 1) == 1);
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    CHECK(write(keyboard, "\003", 1) == 1);
    struct pollfd screen = {.fd = keyboard, .events = POLLIN};
    if (poll(&screen, 1, 1) == 1 && (screen.revents & POLLIN) != 0)
      CHECK(read(keyboard, echo, sizeof echo) > 0);
    usleep(1000);
  }
  CHECK(status == 0);
  CHECK(close(keyboard) == 0);
}

// A process of its own is the parent of those that end, one every millisecond.
static void from_children(void) {
  const pid_t parent = fork();
  CHECK(parent >= 0);
  if (parent == 0) {
    handle_with(SIGCHLD);
    for (int i = 0; i < 3; i++) make_child();
    compute("SIGCHLD");
    _exit(0);
  }
  expect_exit(parent, 0);
}

static pthread_t computing;
static volatile int is_over;

static void* send(void* unused) {
  while (!is_over) {
    if (sent_at == 0) sent_at = now();
    CHECK(pthread_kill(computing, SIGUSR1) == 0);
    usleep(1000);
  }
  return unused;
}

static void from_a_thread(void) {
  pthread_t sender;
  computing = pthread_self();
  handle_with(SIGUSR1);
  CHECK(pthread_create(&sender, NULL, send, NULL) == 0);
  compute("SIGUSR1");
  is_over = 1;
  CHECK(pthread_join(sender, NULL) == 0);
}

int main(int argc, char** argv) {
  if (argc > 1) wanted = atoi(argv[1]);
  CHECK(wanted > 2 && wanted <= kMost / 8);
  from_a_timer("ITIMER_REAL", ITIMER_REAL, SIGALRM);
  from_a_timer("ITIMER_PROF", ITIMER_PROF, SIGPROF);
  from_a_timer_of_its_own();
  from_a_thread();
  from_a_terminal();
  from_children();
  return ok();
}
