// Forks between calls: child and parent both go on making calls, on the same and on own
// descriptors.
#include <fcntl.h>

#include "tests/programs/check.h"

int main(void) {
  int ends[2];
  const int zero = open("/dev/zero", O_RDONLY);
  CHECK(zero >= 0 && pipe(ends) == 0);
  for (int i = 0; i < 40; i++) {
    const pid_t parent = getpid();
    char bytes[64];
    for (int j = 0; j < 50; j++) CHECK(read(zero, bytes, sizeof bytes) == sizeof bytes);
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
      CHECK(getppid() == parent && getpid() != parent && close(zero) == 0);
      const int file = open("file", O_RDWR | O_CREAT, 0600);
      CHECK(file == zero && pwrite(file, &i, sizeof i, 0) == sizeof i);
      for (int j = 0; j < 50; j++) {
        int got;
        CHECK(pread(file, &got, sizeof got, 0) == sizeof got && got == i);
      }
      const pid_t grandchild = fork();
      if (grandchild == 0) _exit(getppid() == parent || write(ends[1], "g", 1) != 1);
      expect_exit(grandchild, 0);
      CHECK(write(ends[1], "c", 1) == 1);
      _exit(i);
    }
    CHECK(getpid() == parent && read(ends[0], bytes, 1) == 1 && bytes[0] == 'g');
    CHECK(read(ends[0], bytes, 1) == 1 && bytes[0] == 'c');
    CHECK(read(zero, bytes, sizeof bytes) == sizeof bytes && bytes[0] == 0);
    expect_exit(child, i);
  }
  return ok();
}
