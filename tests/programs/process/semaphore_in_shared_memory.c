// Two processes take turns with semaphores in shared anonymous memory.
#include <semaphore.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

typedef struct {
  sem_t go[2];
  int turns[200];
  int used;
} Table;

int main(void) {
  Table* table =
      (Table*)mmap(NULL, sizeof *table, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(table != MAP_FAILED);
  CHECK(sem_init(&table->go[0], 1, 1) == 0 && sem_init(&table->go[1], 1, 0) == 0);
  pid_t child = fork();
  int me = child == 0;
  for (int i = 0; i < 100; i++) {
    CHECK(sem_wait(&table->go[me]) == 0);
    table->turns[table->used++] = me;
    CHECK(sem_post(&table->go[1 - me]) == 0);
  }
  if (child == 0) _exit(0);
  expect_exit(child, 0);
  for (int i = 0; i < 200; i++) CHECK(table->turns[i] == i % 2);
  return ok();
}
