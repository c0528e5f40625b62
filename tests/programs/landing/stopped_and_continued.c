// A process whose threads compute is stopped and continued, as job control does it: each of them
// goes on from where it was.
// output: varies
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/programs/check.h"

enum { kThreads = 4, kStops = 5 };

static volatile unsigned long seen[kThreads];  // by all: who gets its turn when, is in the sums
static volatile int is_over;

static void* compute(void* number) {
  const unsigned long own = (unsigned long)number;
  unsigned long sum = own;
  while (!is_over) {
    sum = sum * 6364136223846793005 + seen[(own + 1) % kThreads];
    seen[own] = sum;
  }
  return NULL;
}

static void end_it(int signal) {
  (void)signal;
  is_over = 1;
}

static int child(void) {
  CHECK(signal(SIGTERM, end_it) != SIG_ERR);
  pthread_t threads[kThreads];
  for (unsigned long i = 0; i < kThreads; i++)
    CHECK(pthread_create(&threads[i], NULL, compute, (void*)i) == 0);
  for (int i = 0; i < kThreads; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  for (int i = 0; i < kThreads; i++) printf("%016lx\n", seen[i]);
  return ok();
}

int main(void) {
  const pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) return child();
  int status = 0;
  for (int i = 0; i < kStops; i++) {
    usleep(30000);
    CHECK(kill(pid, SIGSTOP) == 0);
    CHECK(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
    usleep(5000);
    CHECK(kill(pid, SIGCONT) == 0);
    CHECK(waitpid(pid, &status, WCONTINUED) == pid && WIFCONTINUED(status));
  }
  usleep(30000);
  CHECK(kill(pid, SIGTERM) == 0);
  CHECK(waitpid(pid, &status, 0) == pid && status == 0);
  return ok();
}
