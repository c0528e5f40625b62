// mkdir, rename, renameat2 with its flags, rmdir and unlink, and the errors between them.
#include <fcntl.h>
#include <sys/stat.h>

#include "tests/programs/check.h"

static void make(const char* name) {
  int fd = open(name, O_CREAT | O_WRONLY, 0600);
  CHECK(fd >= 0 && write(fd, name, strlen(name)) > 0 && close(fd) == 0);
}

int main(void) {
  CHECK(mkdir("a", 0700) == 0);
  CHECK(mkdir("a", 0700) == -1 && errno == EEXIST);
  make("a/file");
  CHECK(rmdir("a") == -1 && errno == ENOTEMPTY);
  CHECK(rename("a/file", "file") == 0 && rmdir("a") == 0);
  make("other");
  CHECK(renameat2(AT_FDCWD, "file", AT_FDCWD, "other", RENAME_NOREPLACE) == -1);
  CHECK(errno == EEXIST || errno == EINVAL);
  if (renameat2(AT_FDCWD, "file", AT_FDCWD, "other", RENAME_EXCHANGE) == 0) {
    struct stat about;
    CHECK(stat("file", &about) == 0 && about.st_size == 5);
  }
  CHECK(unlink("file") == 0 && unlink("file") == -1 && errno == ENOENT);
  CHECK(unlink(".") == -1 && (errno == EISDIR || errno == EPERM || errno == EBUSY));
  return ok();
}
