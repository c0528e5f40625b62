// One thread waits for another in a loop of `pause`; both are interrupted, and go on as they did.
// output: varies
#include <pthread.h>

#include "interrupted.h"

static uint64_t turn;
static int ends;

static void hand_over(uint64_t from) {
  while (!__atomic_load_n(&ends, __ATOMIC_ACQUIRE)) {
    while (__atomic_load_n(&turn, __ATOMIC_ACQUIRE) % 2 != from) {
      if (__atomic_load_n(&ends, __ATOMIC_ACQUIRE)) return;
      __builtin_ia32_pause();
    }
    __atomic_fetch_add(&turn, 1, __ATOMIC_ACQ_REL);
    if (!goes_on()) __atomic_store_n(&ends, 1, __ATOMIC_RELEASE);
  }
}

static void* second(void* unused) {
  hand_over(1);
  return unused;
}

int main(void) {
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, second, NULL) == 0);
  begin(&turn, 0);
  hand_over(0);
  CHECK(pthread_join(thread, NULL) == 0);
  return end();
}
