// readv, writev, preadv, pwritev and preadv2 fill pieces in order and only as far as the result.
#include <fcntl.h>
#include <sys/uio.h>

#include "tests/programs/check.h"

int main(void) {
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  struct iovec out[3] = {{"one", 3}, {NULL, 0}, {"three", 5}};
  CHECK(writev(fd, out, 3) == 8 && pwritev(fd, out, 1, 8) == 3);
  char a[4], b[5], c[8];
  memset(c, '#', sizeof c);
  struct iovec in[3] = {{a, sizeof a}, {b, sizeof b}, {c, sizeof c}};
  CHECK(lseek(fd, 0, SEEK_SET) == 0 && readv(fd, in, 3) == 11);
  CHECK(memcmp(a, "onet", 4) == 0 && memcmp(b, "hreeo", 5) == 0 && memcmp(c, "ne##", 4) == 0);
  CHECK(preadv(fd, in, 1, 3) == 4 && memcmp(a, "thre", 4) == 0);
  CHECK(preadv2(fd, in, 1, 8, 0) == 3 && memcmp(a, "onee", 4) == 0);
  CHECK(pwritev2(fd, out, 1, -1, RWF_APPEND) == 3 && lseek(fd, 0, SEEK_END) == 14);
  return ok();
}
