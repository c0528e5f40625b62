// Two processes map one file shared: each sees what the other wrote.
#include <fcntl.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  int turn[2], back[2];
  CHECK(pipe(turn) == 0 && pipe(back) == 0);
  pid_t child = fork();
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  CHECK(fd >= 0 && ftruncate(fd, 4096) == 0);
  volatile int* shared = (int*)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  CHECK(shared != MAP_FAILED);
  char byte = 'x';
  if (child == 0) {
    for (int i = 0; i < 50; i++) {
      CHECK(read(turn[0], &byte, 1) == 1 && shared[0] == i);
      shared[1] = i * i;
      CHECK(write(back[1], &byte, 1) == 1);
    }
    _exit(0);
  }
  for (int i = 0; i < 50; i++) {
    shared[0] = i;
    CHECK(write(turn[1], &byte, 1) == 1 && read(back[0], &byte, 1) == 1);
    CHECK(shared[1] == i * i);
  }
  expect_exit(child, 0);
  return ok();
}
