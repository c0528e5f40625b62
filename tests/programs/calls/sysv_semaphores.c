// A System V semaphore makes a child wait for its parent.
#include <sys/ipc.h>
#include <sys/sem.h>

#include "tests/programs/check.h"

union semun {
  int val;
  struct semid_ds* buf;
  unsigned short* array;
};

int main(void) {
  int id = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);
  if (id == -1 && errno == ENOSYS) skip("no System V semaphores here");
  CHECK(id >= 0);
  unsigned short values[2] = {0, 5};
  CHECK(semctl(id, 0, SETALL, (union semun){.array = values}) == 0);
  CHECK(semctl(id, 1, GETVAL) == 5);
  pid_t child = fork();
  if (child == 0) {
    struct sembuf take[2] = {{0, -1, 0}, {1, 1, 0}};
    CHECK(semop(id, take, 2) == 0);
    _exit(0);
  }
  struct sembuf give = {0, 1, 0}, wait = {0, -3, IPC_NOWAIT};
  CHECK(semop(id, &wait, 1) == -1 && errno == EAGAIN);
  CHECK(semop(id, &give, 1) == 0);
  expect_exit(child, 0);
  CHECK(semctl(id, 0, GETALL, (union semun){.array = values}) == 0);
  CHECK(values[0] == 0 && values[1] == 6);
  CHECK(semctl(id, 0, IPC_RMID) == 0 && semop(id, &give, 1) == -1);
  return ok();
}
