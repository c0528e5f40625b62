// madvise(DONTNEED) empties anonymous memory and brings back a private file's contents.
#include <fcntl.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

int main(void) {
  char* memory =
      (char*)mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(memory, 'm', 4 * 4096);
  CHECK(madvise(memory + 4096, 4096, MADV_DONTNEED) == 0);
  CHECK(memory[4095] == 'm' && memory[4096] == 0 && memory[8191] == 0 && memory[8192] == 'm');
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  CHECK(write(fd, "from the file", 13) == 13);
  char* view = (char*)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  CHECK(view != MAP_FAILED);
  strcpy(view, "own");
  CHECK(madvise(view, 4096, MADV_DONTNEED) == 0 && strcmp(view, "from the file") == 0);
  CHECK(madvise(memory, 4096, MADV_WILLNEED) == 0 || errno != 0);
  CHECK(madvise(memory, 4096, 9999) == -1 && errno == EINVAL);
  return ok();
}
