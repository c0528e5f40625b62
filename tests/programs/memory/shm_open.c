// POSIX shared memory is opened by name in two processes and unlinked.
#include <fcntl.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  char name[32];
  snprintf(name, sizeof name, "/check-%d", getpid());
  int fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
  if (fd < 0) skip("no /dev/shm here");
  pid_t child = fork();
  if (child == 0) {
    int mine = shm_open(name, O_RDWR, 0);
    CHECK(mine >= 0 && ftruncate(mine, 4096) == 0);
    char* memory = (char*)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, mine, 0);
    CHECK(memory != MAP_FAILED);
    strcpy(memory, "from the child");
    _exit(0);
  }
  expect_exit(child, 0);
  CHECK(shm_unlink(name) == 0);
  char* memory = (char*)mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
  CHECK(memory != MAP_FAILED && strcmp(memory, "from the child") == 0);
  return ok();
}
