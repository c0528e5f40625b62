// O_EXCL, O_APPEND, O_TRUNC, O_DIRECTORY, O_NOFOLLOW, O_PATH and O_TMPFILE mean what they say.
#include <fcntl.h>
#include <sys/stat.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = open("file", O_WRONLY | O_CREAT | O_EXCL, 0640);
  CHECK(fd >= 0 && write(fd, "one", 3) == 3 && close(fd) == 0);
  CHECK(open("file", O_WRONLY | O_CREAT | O_EXCL, 0640) == -1 && errno == EEXIST);
  fd = open("file", O_WRONLY | O_APPEND);
  CHECK(fd >= 0 && lseek(fd, 0, SEEK_SET) == 0 && write(fd, "two", 3) == 3);
  struct stat about;
  CHECK(fstat(fd, &about) == 0 && about.st_size == 6 && close(fd) == 0);
  fd = open("file", O_WRONLY | O_TRUNC);
  CHECK(fstat(fd, &about) == 0 && about.st_size == 0 && close(fd) == 0);
  CHECK(open("file", O_RDONLY | O_DIRECTORY) == -1 && errno == ENOTDIR);
  CHECK(symlink("file", "link") == 0);
  CHECK(open("link", O_RDONLY | O_NOFOLLOW) == -1 && errno == ELOOP);
  fd = open("file", O_PATH);
  char byte;
  CHECK(fd >= 0 && read(fd, &byte, 1) == -1 && errno == EBADF && close(fd) == 0);
  fd = open(".", O_RDWR | O_TMPFILE, 0600);
  if (fd >= 0) {  // not every file system has it
    CHECK(write(fd, "x", 1) == 1 && fstat(fd, &about) == 0 && about.st_nlink == 0);
  }
  CHECK(open("missing", O_RDONLY) == -1 && errno == ENOENT);
  return ok();
}
