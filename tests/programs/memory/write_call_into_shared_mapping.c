// write() by a child to a file that the parent has mapped shows in the parent's memory.
#include <fcntl.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  CHECK(ftruncate(fd, 4096) == 0);
  char* view = (char*)mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
  char* copy = (char*)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  CHECK(view != MAP_FAILED && copy != MAP_FAILED && view[10] == 0);
  copy[0] = 'c';  // a page of its own from here on
  pid_t child = fork();
  if (child == 0) {
    CHECK(pwrite(fd, "written", 7, 10) == 7);
    _exit(0);
  }
  expect_exit(child, 0);
  CHECK(memcmp(view + 10, "written", 7) == 0);
  CHECK(copy[0] == 'c' && copy[10] == 0);
  return ok();
}
