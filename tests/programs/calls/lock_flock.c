// flock excludes another open of the same file and is shared by fork.
#include <fcntl.h>
#include <sys/file.h>

#include "tests/programs/check.h"

int main(void) {
  int one = open("file", O_CREAT | O_RDWR, 0600), two = open("file", O_RDWR);
  CHECK(flock(one, LOCK_EX) == 0);
  CHECK(flock(two, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK);
  pid_t child = fork();
  if (child == 0) {
    CHECK(flock(one, LOCK_EX | LOCK_NB) == 0);  // the same open file: no conflict
    CHECK(flock(one, LOCK_UN) == 0);
    _exit(0);
  }
  CHECK(flock(two, LOCK_EX) == 0);  // waits until the child has unlocked it for both
  expect_exit(child, 0);
  CHECK(flock(one, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK);
  return ok();
}
