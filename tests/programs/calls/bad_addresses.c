// Calls given an address that is not there fail with EFAULT, and write what fits before.
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "tests/programs/check.h"

int main(void) {
  char* nowhere = (char*)16;
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  CHECK(write(fd, "0123456789", 10) == 10 && lseek(fd, 0, SEEK_SET) == 0);
  CHECK(syscall(SYS_read, fd, nowhere, 10) == -1 && errno == EFAULT);
  CHECK(syscall(SYS_write, fd, nowhere, 10) == -1 && errno == EFAULT);
  CHECK(syscall(SYS_openat, AT_FDCWD, nowhere, O_RDONLY) == -1 && errno == EFAULT);
  CHECK(syscall(SYS_newfstatat, AT_FDCWD, "file", nowhere, 0) == -1 && errno == EFAULT);
  CHECK(syscall(SYS_clock_gettime, CLOCK_REALTIME, nowhere) == -1 && errno == EFAULT);
  CHECK(syscall(SYS_poll, nowhere, 1, 0) == -1 && errno == EFAULT);
  CHECK(syscall(SYS_pipe2, nowhere, 0) == -1 && errno == EFAULT);
  char* pages = (char*)mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(pages != MAP_FAILED && munmap(pages + 4096, 4096) == 0);
  int ends[2];
  CHECK(pipe(ends) == 0 && write(ends[1], "0123456789", 10) == 10);
  long result = syscall(SYS_read, ends[0], pages + 4092, 10);  // half of it fits
  CHECK((result == -1 && errno == EFAULT) || result == 4);
  return ok();
}
