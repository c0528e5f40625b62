// fsync, fdatasync, sync_file_range, posix_fadvise and readahead succeed on a plain file.
#include <fcntl.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  CHECK(fd >= 0 && write(fd, "abcdef", 6) == 6);
  CHECK(fsync(fd) == 0);
  CHECK(fdatasync(fd) == 0);
  CHECK(sync_file_range(fd, 0, 6, SYNC_FILE_RANGE_WRITE) == 0);
  CHECK(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL) == 0);
  CHECK(readahead(fd, 0, 6) == 0);
  int pipes[2];
  CHECK(pipe(pipes) == 0);
  CHECK(fsync(pipes[0]) == -1 && errno == EINVAL);
  CHECK(posix_fadvise(pipes[0], 0, 0, POSIX_FADV_NORMAL) == ESPIPE);
  return ok();
}
