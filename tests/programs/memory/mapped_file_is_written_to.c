// A file that is mapped changes by write(), through descriptors from before the mmap and after it.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "tests/programs/check.h"

enum { kPages = 4, kPage = 4096 };
static char* map(int fd, int how) {
  void* at = mmap(NULL, kPages * kPage, PROT_READ | PROT_WRITE, how, fd, 0);
  CHECK(at != MAP_FAILED);
  return (char*)at;
}

int main(void) {
  const int before = open("file", O_RDWR | O_CREAT, 0600), copy = dup(before);
  CHECK(before >= 0 && copy >= 0 && ftruncate(before, kPages * kPage) == 0);
  CHECK(pwrite(before, "start", 5, 0) == 5);
  char* shared = map(before, MAP_SHARED);
  const int after = open("file", O_WRONLY), appending = open("file", O_WRONLY | O_APPEND);
  const int all[] = {before, copy, after};
  char* own = map(before, MAP_PRIVATE);
  CHECK(memcmp(shared, "start", 5) == 0 && memcmp(own, "start", 5) == 0);
  own[kPage] = 'o';  // from now on this page is the program's own
  for (int i = 0; i < 100; i++) {
    const int fd = all[i % 3];
    char text[16], again[16];
    memset(text, 'a' + i % 26, sizeof text);
    CHECK(pwrite(fd, text, sizeof text, i) == sizeof text);
    CHECK(memcmp(shared + i, text, sizeof text) == 0);
    struct iovec parts[2] = {{text, 3}, {text + 3, 13}};
    CHECK(lseek(fd, kPage + i, SEEK_SET) == kPage + i && writev(fd, parts, 2) == 16);
    CHECK(memcmp(shared + kPage + i, text, 16) == 0 && own[kPage] == 'o' &&
          own[kPage + 1 + i] == 0);
    shared[2 * kPage + i] = text[0];
    CHECK(pread(before, again, 1, 2 * kPage + i) == 1 && again[0] == text[0]);
    CHECK(read(before, again, 1) >= 0);
  }
  CHECK(munmap(own, kPages * kPage) == 0);
  CHECK(write(after, "end", 3) == 3 && lseek(after, 0, SEEK_CUR) > 3);
  CHECK(write(appending, "appended", 8) == 8 && ftruncate(after, kPages * kPage) == 0);
  const pid_t child = fork();
  if (child == 0) {
    CHECK(pwrite(copy, "child", 5, 3 * kPage) == 5 && memcmp(shared + 3 * kPage, "child", 5) == 0);
    _exit(0);
  }
  expect_exit(child, 0);
  CHECK(memcmp(shared + 3 * kPage, "child", 5) == 0 && munmap(shared, kPages * kPage) == 0);
  CHECK(pwrite(after, "last", 4, 0) == 4 && pread(before, (char[4]){0}, 4, 0) == 4);
  return ok();
}
