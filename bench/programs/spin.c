// Two threads hand a turn to each other by spinning on a variable, 1,000 times.
#include <pthread.h>
#include <stdatomic.h>

enum { kTurns = 1000 };

static atomic_int turn;

static void* take_turns(void* number) {
  const int me = (int)(long)number;
  for (int mine = me; mine < kTurns; mine += 2) {
    while (atomic_load(&turn) != mine) continue;
    atomic_store(&turn, mine + 1);
  }
  return 0;
}

int main(void) {
  pthread_t threads[2];
  for (long i = 0; i < 2; i++) pthread_create(&threads[i], 0, take_turns, (void*)i);
  for (int i = 0; i < 2; i++) pthread_join(threads[i], 0);
  return turn != kTurns;
}
