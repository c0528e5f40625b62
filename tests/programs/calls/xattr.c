// Extended attributes are set, listed, read, removed; sizes can be asked for first.
#include <fcntl.h>
#include <sys/xattr.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  CHECK(fd >= 0);
  if (setxattr("file", "user.colour", "blue", 4, 0) == -1) {
    CHECK(errno == EOPNOTSUPP);
    skip("no user attributes on this file system");
  }
  CHECK(fsetxattr(fd, "user.colour", "red", 3, XATTR_CREATE) == -1 && errno == EEXIST);
  CHECK(getxattr("file", "user.colour", NULL, 0) == 4);
  char value[16] = "################";
  CHECK(fgetxattr(fd, "user.colour", value, sizeof value) == 4 && memcmp(value, "blue#", 5) == 0);
  char names[64];
  ssize_t length = listxattr("file", names, sizeof names);
  CHECK(length >= 12);
  CHECK(memmem(names, length, "user.colour", 12));
  CHECK(getxattr("file", "user.colour", value, 2) == -1 && errno == ERANGE);
  CHECK(removexattr("file", "user.colour") == 0);
  CHECK(getxattr("file", "user.colour", value, 16) == -1 && errno == ENODATA);
  return ok();
}
