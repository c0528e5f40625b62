// A sealed memfd refuses to be written, grown or shrunk.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = memfd_create("name", MFD_ALLOW_SEALING | MFD_CLOEXEC);
  CHECK(fd >= 0 && write(fd, "sealed", 6) == 6 && fcntl(fd, F_GET_SEALS) == 0);
  CHECK(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_WRITE) == 0);
  CHECK(fcntl(fd, F_GET_SEALS) == (F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_WRITE));
  CHECK(pwrite(fd, "x", 1, 0) == -1 && errno == EPERM);
  CHECK(ftruncate(fd, 100) == -1 && errno == EPERM);
  CHECK(mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED && errno == EPERM);
  char* view = (char*)mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
  CHECK(view != MAP_FAILED && memcmp(view, "sealed", 7) == 0);
  return ok();
}
