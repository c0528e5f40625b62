// A limit on the size of files is set, and lifted, between writes: EFBIG with SIGXFSZ in time.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#include "tests/programs/check.h"

static volatile int handled;
static void handle(int signal) { handled += signal == SIGXFSZ; }

int main(void) {
  char bytes[100] = {0};
  signal(SIGXFSZ, handle);
  const int file = open("file", O_RDWR | O_CREAT, 0600);
  struct rlimit whole, limit;
  CHECK(file >= 0 && getrlimit(RLIMIT_FSIZE, &whole) == 0);
  limit = whole;
  for (int i = 0; i < 50; i++) {
    CHECK(ftruncate(file, 0) == 0 && lseek(file, 0, SEEK_SET) == 0);
    for (int j = 0; j < 10; j++) CHECK(write(file, bytes, sizeof bytes) == sizeof bytes);
    limit.rlim_cur = 1050;
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0 && handled == 3 * i);
    CHECK(write(file, bytes, sizeof bytes) == 50 && handled == 3 * i);
    CHECK(write(file, bytes, sizeof bytes) == -1 && errno == EFBIG && handled == 3 * i + 1);
    CHECK(pwrite(file, bytes, 1, 5000) == -1 && errno == EFBIG && handled == 3 * i + 2);
    CHECK(ftruncate(file, 2000) == -1 && errno == EFBIG && handled == 3 * i + 3);
    CHECK(setrlimit(RLIMIT_FSIZE, &whole) == 0);
    CHECK(write(file, bytes, sizeof bytes) == sizeof bytes);
  }
  return ok();
}
