// A private mapping shows the file, keeps its own writes, and does not change the file.
#include <fcntl.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  char page[4096];
  for (int i = 0; i < 3; i++) {
    memset(page, 'a' + i, sizeof page);
    CHECK(write(fd, page, sizeof page) == sizeof page);
  }
  CHECK(write(fd, "tail", 4) == 4);
  char* all = (char*)mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  char* second = (char*)mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 4096);
  CHECK(all != MAP_FAILED && second != MAP_FAILED);
  CHECK(close(fd) == 0);
  CHECK(all[0] == 'a' && second[0] == 'b' && memcmp(all + 3 * 4096, "tail\0", 5) == 0);
  all[4096] = '!';
  CHECK(second[0] == 'b');
  fd = open("file", O_RDONLY);
  CHECK(pread(fd, page, 1, 4096) == 1 && page[0] == 'b');
  return ok();
}
