// The *at calls work relative to a directory descriptor.
#include <fcntl.h>
#include <sys/stat.h>

#include "tests/programs/check.h"

int main(void) {
  CHECK(mkdir("folder", 0700) == 0);
  int folder = open("folder", O_RDONLY | O_DIRECTORY);
  CHECK(folder >= 0);
  int fd = openat(folder, "inside", O_RDWR | O_CREAT, 0600);
  CHECK(fd >= 0 && write(fd, "1234", 4) == 4);
  struct stat about;
  CHECK(fstatat(folder, "inside", &about, 0) == 0 && about.st_size == 4);
  CHECK(fstatat(fd, "", &about, AT_EMPTY_PATH) == 0 && about.st_size == 4);
  CHECK(faccessat(folder, "inside", R_OK, 0) == 0);
  CHECK(mkdirat(folder, "deeper", 0700) == 0);
  CHECK(renameat(folder, "inside", AT_FDCWD, "outside") == 0);
  CHECK(access("outside", F_OK) == 0);
  CHECK(unlinkat(folder, "deeper", AT_REMOVEDIR) == 0);
  CHECK(unlinkat(folder, "inside", 0) == -1 && errno == ENOENT);
  return ok();
}
