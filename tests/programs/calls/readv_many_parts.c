// A readv of 1,024 parts, the most there may be, fills each.
#include <fcntl.h>
#include <limits.h>
#include <sys/uio.h>

#include "tests/programs/check.h"

static char bytes[3 * IOV_MAX], back[3 * IOV_MAX];

int main(void) {
  struct iovec parts[IOV_MAX + 1];
  for (int i = 0; i < 3 * IOV_MAX; i++) bytes[i] = i * 31;
  for (int i = 0; i <= IOV_MAX; i++) parts[i] = (struct iovec){back + 3 * i, 3};
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  CHECK(write(fd, bytes, sizeof bytes) == sizeof bytes && lseek(fd, 0, SEEK_SET) == 0);
  CHECK(readv(fd, parts, IOV_MAX) == 3 * IOV_MAX && memcmp(bytes, back, sizeof bytes) == 0);
  CHECK(readv(fd, parts, IOV_MAX + 1) == -1 && errno == EINVAL);
  return ok();
}
