// A thread with descriptors of its own changes them; those of the others stay, and the other way
// round.
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>

#include "tests/programs/check.h"

enum { kRounds = 200 };
static int zero, file, ends[2];

/// Both threads use the same numbers: the pipe's reading end is /dev/zero to the one, and to the
/// other `file` is /dev/zero.
static void* work_with_own(void* unused) {
  char bytes[10];
  CHECK(unshare(CLONE_FILES) == 0);
  for (int i = 0; i < kRounds; i++) {
    CHECK(dup2(zero, ends[0]) == ends[0] && close(file) == 0);
    CHECK(read(ends[0], bytes, 10) == 10 && bytes[9] == 0);
    CHECK(read(file, bytes, 1) == -1 && errno == EBADF);
    CHECK(open("other", O_RDWR | O_CREAT, 0600) == file);
    CHECK(pwrite(file, "other", 5, 0) == 5 && pread(file, bytes, 10, 0) == 5 && bytes[0] == 'o');
    sched_yield();
  }
  return unused;
}

static void work_with_mine(void) {
  char bytes[10];
  for (int i = 0; i < kRounds; i++) {
    CHECK(write(ends[1], "abc", 3) == 3 && read(ends[0], bytes, 10) == 3 && bytes[0] == 'a');
    CHECK(pread(file, bytes, 10, 0) == 4 && memcmp(bytes, "file", 4) == 0);
    sched_yield();
  }
}

int main(void) {
  pthread_t thread;
  zero = open("/dev/zero", O_RDONLY);
  file = open("file", O_RDWR | O_CREAT, 0600);
  CHECK(zero >= 0 && pwrite(file, "file", 4, 0) == 4 && pipe(ends) == 0);
  work_with_mine();
  CHECK(pthread_create(&thread, NULL, work_with_own, NULL) == 0);
  work_with_mine();
  CHECK(pthread_join(thread, NULL) == 0);
  work_with_mine();
  return ok();
}
