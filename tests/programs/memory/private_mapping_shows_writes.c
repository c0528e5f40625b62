// A page that is mapped privately shows what is written to its file, until the program writes to
// it.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "tests/programs/check.h"

enum { kPages = 4, kPage = 4096 };

int main(void) {
  const int before = open("file", O_RDWR | O_CREAT, 0600),
            other = open("other", O_RDWR | O_CREAT, 0600);
  CHECK(before >= 0 && ftruncate(before, kPages * kPage) == 0 && write(before, "start", 5) == 5);
  char* own = (char*)mmap(NULL, kPages * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE, before, 0);
  char* barred = (char*)mmap(NULL, kPage, PROT_NONE, MAP_PRIVATE, before, 0);
  CHECK(own != MAP_FAILED && barred != MAP_FAILED && memcmp(own, "start", 5) == 0);
  own[kPage] = 'o';  // from now on this page is the program's own
  const int after = open("file", O_RDWR), all[] = {before, after, dup(before)};
  for (int i = 0; i < 100; i++) {
    const int fd = all[i % 3];
    char text[16];
    memset(text, 'a' + i % 26, sizeof text);
    CHECK(pwrite(fd, text, sizeof text, i) == sizeof text);
    CHECK(memcmp(own + i, text, sizeof text) == 0);
    struct iovec parts[2] = {{text, 3}, {text + 3, 13}};
    CHECK(lseek(fd, kPage + i, SEEK_SET) == kPage + i && writev(fd, parts, 2) == 16);
    CHECK(own[kPage] == 'o' && own[kPage + 1 + i] == 0);
    CHECK(pwrite(other, text, 16, 0) == 16);
    off_t from = 0, to = 2 * kPage + i;
    CHECK(copy_file_range(other, &from, fd, &to, 16, 0) == 16 && own[2 * kPage + i] == text[0]);
  }
  CHECK(mprotect(barred, kPage, PROT_READ) == 0 && memcmp(barred, own, kPage) == 0);
  CHECK(pwrite(after, "last", 4, 3 * kPage) == 4 && ftruncate(after, 3 * kPage + 2) == 0);
  CHECK(memcmp(own + 3 * kPage, "la\0\0", 4) == 0 && ftruncate(after, 3 * kPage) == 0);
  CHECK(pwrite(after, "again", 5, 3 * kPage) == 5 && memcmp(own + 3 * kPage, "again", 5) == 0);
  return ok();
}
