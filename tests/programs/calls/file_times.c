// utimensat and futimens set times to the nanosecond, UTIME_OMIT leaves one alone.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  CHECK(fd >= 0);
  struct timespec times[2] = {{1000000000, 123456000}, {1100000000, 654321000}};
  CHECK(utimensat(AT_FDCWD, "file", times, 0) == 0);
  struct stat about;
  CHECK(fstat(fd, &about) == 0);
  CHECK(about.st_atim.tv_sec == 1000000000 && about.st_mtim.tv_sec == 1100000000);
  times[0].tv_nsec = UTIME_OMIT;
  times[1].tv_sec = 1200000000;
  CHECK(futimens(fd, times) == 0 && fstat(fd, &about) == 0);
  CHECK(about.st_atim.tv_sec == 1000000000 && about.st_mtim.tv_sec == 1200000000);
  struct timeval old[2] = {{5, 0}, {6, 0}};
  CHECK(utimes("file", old) == 0 && fstat(fd, &about) == 0 && about.st_mtim.tv_sec == 6);
  return ok();
}
