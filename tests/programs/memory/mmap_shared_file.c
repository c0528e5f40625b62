// A shared mapping and read/write see each other's bytes, and msync makes them stay.
#include <fcntl.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  CHECK(ftruncate(fd, 8192) == 0);
  char* one = (char*)mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char* two = (char*)mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 4096);
  CHECK(one != MAP_FAILED && two != MAP_FAILED);
  strcpy(one + 4096, "by memory");
  CHECK(strcmp(two, "by memory") == 0);
  char text[16];
  CHECK(pread(fd, text, 10, 4096) == 10 && strcmp(text, "by memory") == 0);
  CHECK(pwrite(fd, "by write!", 10, 4096) == 10);
  CHECK(strcmp(two, "by write!") == 0 && strcmp(one + 4096, "by write!") == 0);
  CHECK(msync(one, 8192, MS_SYNC) == 0 && msync(one, 8192, MS_ASYNC) == 0);
  return ok();
}
