// stat, lstat, fstat, statx and statfs agree on one file.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = open("file", O_CREAT | O_RDWR, 0604);
  CHECK(fd >= 0 && fchmod(fd, 0604) == 0 && write(fd, "12345", 5) == 5);
  struct stat one, two, three;
  CHECK(stat("file", &one) == 0 && lstat("file", &two) == 0 && fstat(fd, &three) == 0);
  CHECK(one.st_ino == two.st_ino && two.st_ino == three.st_ino && one.st_size == 5);
  CHECK((one.st_mode & 07777) == 0604 && one.st_mtim.tv_nsec == three.st_mtim.tv_nsec);
  struct statx extended;
  CHECK(statx(AT_FDCWD, "file", 0, STATX_BASIC_STATS | STATX_BTIME, &extended) == 0);
  CHECK(extended.stx_ino == one.st_ino && extended.stx_size == 5 && extended.stx_nlink == 1);
  CHECK(statx(fd, "", AT_EMPTY_PATH, STATX_SIZE, &extended) == 0 && extended.stx_size == 5);
  struct statfs system, same;
  CHECK(statfs("file", &system) == 0 && fstatfs(fd, &same) == 0);
  CHECK(system.f_type == same.f_type && system.f_bsize > 0);
  struct statvfs portable;
  CHECK(statvfs(".", &portable) == 0 && portable.f_namemax > 0);
  return ok();
}
