// Hard links count, symbolic links read back, dangling ones do not open.
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = open("file", O_CREAT | O_WRONLY, 0600);
  CHECK(fd >= 0);
  CHECK(link("file", "second") == 0);
  struct stat about;
  CHECK(fstat(fd, &about) == 0 && about.st_nlink == 2);
  CHECK(symlink("second", "soft") == 0);
  char target[16];
  memset(target, '#', sizeof target);
  CHECK(readlink("soft", target, sizeof target) == 6 && memcmp(target, "second#", 7) == 0);
  CHECK(readlink("soft", target, 3) == 3);
  CHECK(lstat("soft", &about) == 0 && S_ISLNK(about.st_mode) && about.st_size == 6);
  CHECK(stat("soft", &about) == 0 && S_ISREG(about.st_mode));
  CHECK(symlink("nowhere", "dangling") == 0);
  CHECK(open("dangling", O_RDONLY) == -1 && errno == ENOENT);
  CHECK(readlink("file", target, sizeof target) == -1 && errno == EINVAL);
  char* whole = realpath("soft", NULL);
  CHECK(whole && strcmp(strrchr(whole, '/'), "/second") == 0);
  free(whole);
  return ok();
}
