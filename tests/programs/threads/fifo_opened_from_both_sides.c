// Opening a FIFO waits until another thread opens its other end, whichever comes first.
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#include "tests/programs/check.h"

enum { kRounds = 100 };

static void* write_side(void* unused) {
  for (int i = 0; i < kRounds; i++) {
    const int fifo = open("fifo", O_WRONLY);
    CHECK(fifo >= 0 && write(fifo, &i, sizeof i) == sizeof i && close(fifo) == 0);
    char byte;
    const int answer = open("answer", O_RDONLY);
    CHECK(answer >= 0 && read(answer, &byte, 1) == 1 && byte == 'a');
    CHECK(read(answer, &byte, 1) == 0 && close(answer) == 0);
  }
  return unused;
}

int main(void) {
  pthread_t thread;
  CHECK(mkfifo("fifo", 0600) == 0 && mkfifo("answer", 0600) == 0);
  CHECK(pthread_create(&thread, NULL, write_side, NULL) == 0);
  for (int i = 0; i < kRounds; i++) {
    int got = -1;
    const int fifo = open("fifo", O_RDONLY);
    CHECK(fifo >= 0 && read(fifo, &got, sizeof got) == sizeof got && got == i);
    CHECK(read(fifo, &got, sizeof got) == 0 && close(fifo) == 0);
    const int answer = open("answer", O_WRONLY);
    CHECK(answer >= 0 && write(answer, "a", 1) == 1 && close(answer) == 0);
  }
  CHECK(pthread_join(thread, NULL) == 0);
  return ok();
}
