// A POSIX timer with SIGEV_THREAD runs its function in a thread of its own.
#include <semaphore.h>
#include <signal.h>
#include <time.h>

#include "tests/programs/check.h"

static sem_t done;
static pid_t main_thread;
static void run(union sigval value) {
  CHECK(value.sival_ptr == &done && gettid() != main_thread);
  CHECK(sem_post(&done) == 0);
}

int main(void) {
  main_thread = gettid();
  CHECK(sem_init(&done, 0, 0) == 0);
  struct sigevent event;
  memset(&event, 0, sizeof event);
  event.sigev_notify = SIGEV_THREAD, event.sigev_notify_function = run;
  event.sigev_value.sival_ptr = &done;
  timer_t timer;
  CHECK(timer_create(CLOCK_REALTIME, &event, &timer) == 0);
  struct itimerspec when = {{0, 1000000}, {0, 1000000}};
  CHECK(timer_settime(timer, 0, &when, NULL) == 0);
  for (int i = 0; i < 3; i++) CHECK(sem_wait(&done) == 0);
  CHECK(timer_delete(timer) == 0);
  return ok();
}
