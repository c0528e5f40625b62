// A System V segment is shared with a child and gone after removal.
#include <sys/ipc.h>
#include <sys/shm.h>

#include "tests/programs/check.h"

int main(void) {
  int id = shmget(IPC_PRIVATE, 10000, IPC_CREAT | 0600);
  if (id == -1 && errno == ENOSYS) skip("no System V shared memory here");
  CHECK(id >= 0);
  int* shared = (int*)shmat(id, NULL, 0);
  CHECK(shared != (void*)-1);
  struct shmid_ds about;
  CHECK(shmctl(id, IPC_STAT, &about) == 0 && about.shm_segsz == 10000 && about.shm_nattch == 1);
  CHECK(shmctl(id, IPC_RMID, NULL) == 0);
  pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 2500; i++) shared[i] = i * i;
    CHECK(shmdt(shared) == 0);
    _exit(0);
  }
  expect_exit(child, 0);
  for (int i = 0; i < 2500; i++) CHECK(shared[i] == i * i);
  CHECK(shmdt(shared) == 0);
  CHECK(shmat(id, NULL, 0) == (void*)-1 && (errno == EINVAL || errno == EIDRM));
  return ok();
}
