// sendfile, splice, tee, vmsplice and copy_file_range move bytes without a buffer of ours.
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

#include "tests/programs/check.h"

int main(void) {
  int from = open("from", O_CREAT | O_RDWR, 0600), to = open("to", O_CREAT | O_RDWR, 0600);
  int one[2], two[2];
  CHECK(write(from, "0123456789", 10) == 10 && pipe(one) == 0 && pipe(two) == 0);
  off_t offset = 2;
  CHECK(sendfile(one[1], from, &offset, 3) == 3 && offset == 5);
  loff_t position = 7;
  CHECK(splice(from, &position, one[1], NULL, 3, 0) == 3 && position == 10);
  CHECK(tee(one[0], two[1], 6, 0) == 6);
  char text[16];
  CHECK(read(two[0], text, sizeof text) == 6 && memcmp(text, "234789", 6) == 0);
  CHECK(splice(one[0], NULL, to, NULL, 6, SPLICE_F_MOVE) == 6);
  CHECK(pread(to, text, sizeof text, 0) == 6 && memcmp(text, "234789", 6) == 0);
  struct iovec part = {"spliced", 7};
  CHECK(vmsplice(one[1], &part, 1, 0) == 7 && read(one[0], text, 16) == 7);
  CHECK(memcmp(text, "spliced", 7) == 0);
  loff_t in = 0, out = 100;
  CHECK(copy_file_range(from, &in, to, &out, 10, 0) == 10 && in == 10 && out == 110);
  CHECK(pread(to, text, 10, 100) == 10 && memcmp(text, "0123456789", 10) == 0);
  return ok();
}
