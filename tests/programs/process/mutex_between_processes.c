// A process-shared mutex and condition variable connect three processes.
#include <pthread.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

typedef struct {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  int turn, moves;
} Table;

int main(void) {
  Table* table =
      (Table*)mmap(NULL, sizeof *table, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t mutex_kind;
  pthread_condattr_t kind;
  CHECK(table != MAP_FAILED && pthread_mutexattr_init(&mutex_kind) == 0);
  CHECK(pthread_mutexattr_setpshared(&mutex_kind, PTHREAD_PROCESS_SHARED) == 0);
  CHECK(pthread_condattr_init(&kind) == 0);
  CHECK(pthread_condattr_setpshared(&kind, PTHREAD_PROCESS_SHARED) == 0);
  CHECK(pthread_mutex_init(&table->mutex, &mutex_kind) == 0);
  CHECK(pthread_cond_init(&table->changed, &kind) == 0);
  pid_t children[3];
  for (int me = 0; me < 3; me++) {
    children[me] = fork();
    if (children[me] != 0) continue;
    for (int i = 0; i < 60; i++) {
      pthread_mutex_lock(&table->mutex);
      while (table->turn != me) pthread_cond_wait(&table->changed, &table->mutex);
      table->moves++, table->turn = (me + 1) % 3;
      pthread_cond_broadcast(&table->changed);
      pthread_mutex_unlock(&table->mutex);
    }
    _exit(0);
  }
  for (int me = 0; me < 3; me++) expect_exit(children[me], 0);
  CHECK(table->moves == 180);
  return ok();
}
