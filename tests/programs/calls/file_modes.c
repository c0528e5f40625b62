// chmod, fchmod, umask and access agree about permissions.
#include <fcntl.h>
#include <sys/stat.h>

#include "tests/programs/check.h"

int main(void) {
  mode_t before = umask(027);
  CHECK(umask(027) == 027);
  int fd = open("file", O_CREAT | O_RDWR, 0777);
  struct stat about;
  CHECK(fd >= 0 && fstat(fd, &about) == 0 && (about.st_mode & 07777) == 0750);
  umask(before);
  CHECK(chmod("file", 0400) == 0 && stat("file", &about) == 0 && (about.st_mode & 07777) == 0400);
  CHECK(fchmod(fd, 0644) == 0 && fchmodat(AT_FDCWD, "file", 0600, 0) == 0);
  CHECK(access("file", R_OK | W_OK) == 0);
  CHECK(access("file", X_OK) == -1 && errno == EACCES);
  CHECK(access("none", F_OK) == -1 && errno == ENOENT);
  CHECK(fchown(fd, geteuid(), getegid()) == 0);
  return ok();
}
