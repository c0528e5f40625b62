// pthread_kill runs the handler in the thread it names; a process signal in one that lets it.
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>

#include "tests/programs/check.h"

static sem_t ready, handled;
static volatile pid_t ran_in;
static void handle(int signal) {
  (void)signal;
  ran_in = gettid();
  sem_post(&handled);
}

static void* wait_for_signals(void* tid) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  CHECK(pthread_sigmask(SIG_UNBLOCK, &set, NULL) == 0);
  *(pid_t*)tid = gettid();
  sem_post(&ready);
  for (;;) pause();
}

static void wait_handled(void) {
  while (sem_wait(&handled)) CHECK(errno == EINTR);
}

int main(void) {
  CHECK(sem_init(&ready, 0, 0) == 0 && sem_init(&handled, 0, 0) == 0);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
  signal(SIGUSR1, handle);
  pthread_t one, two;
  pid_t tid_one, tid_two;
  CHECK(pthread_create(&one, NULL, wait_for_signals, &tid_one) == 0);
  CHECK(pthread_create(&two, NULL, wait_for_signals, &tid_two) == 0);
  CHECK(sem_wait(&ready) == 0 && sem_wait(&ready) == 0);
  CHECK(pthread_kill(one, SIGUSR1) == 0);
  wait_handled();
  CHECK(ran_in == tid_one);
  CHECK(pthread_kill(two, SIGUSR1) == 0);
  wait_handled();
  CHECK(ran_in == tid_two);
  CHECK(kill(getpid(), SIGUSR1) == 0);
  wait_handled();
  CHECK(ran_in == tid_one || ran_in == tid_two);
  return ok();
}
