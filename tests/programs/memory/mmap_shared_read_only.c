// A file is mapped shared by two processes that cannot write to it, and changes all the same: by a
// call, which both of them see, and by a third mapping. Another, the program itself, does not.
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

enum { kSize = 3 * 4096 + 100, kMapped = 6 * 4096 };

int main(void) {
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  CHECK(fd >= 0 && ftruncate(fd, kSize) == 0);
  CHECK(pwrite(fd, "begins", 6, 0) == 6 && pwrite(fd, "inside", 6, 5000) == 6);
  int read_only = open("file", O_RDONLY);
  CHECK(read_only >= 0);
  const char* shown = (const char*)mmap(NULL, kMapped, PROT_READ, MAP_SHARED, read_only, 0);
  CHECK(shown != MAP_FAILED && memcmp(shown, "begins", 6) == 0 && shown[kSize] == 0);
  const char* part = (const char*)mmap(NULL, 4096, PROT_READ, MAP_SHARED, read_only, 4096);
  CHECK(part != MAP_FAILED && memcmp(part + 904, "inside", 6) == 0);

  pid_t child = fork();
  if (child == 0) {
    const char* again = (const char*)mmap(NULL, kMapped, PROT_READ, MAP_SHARED, read_only, 0);
    CHECK(again != MAP_FAILED && memcmp(again, "begins", 6) == 0);
    CHECK(pwrite(fd, "called", 6, 0) == 6 && memcmp(again, "called", 6) == 0);
    char* written = (char*)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 4096);
    CHECK(written != MAP_FAILED && memcmp(written + 904, "inside", 6) == 0);
    memcpy(written + 904, "stored", 6);
    CHECK(memcmp(again + 5000, "stored", 6) == 0);
    _exit(0);
  }
  expect_exit(child, 0);
  CHECK(memcmp(shown, "called", 6) == 0 && memcmp(shown + 5000, "stored", 6) == 0);
  CHECK(memcmp(part + 904, "stored", 6) == 0);
  const char* last = (const char*)mmap(NULL, kMapped, PROT_READ, MAP_SHARED, read_only, 0);
  CHECK(last != MAP_FAILED && memcmp(last, "called", 6) == 0);
  CHECK(memcmp(last + 5000, "stored", 6) == 0);

  int itself = open("/proc/self/exe", O_RDONLY);
  CHECK(itself >= 0);
  for (int i = 0; i < 2; i++) {
    const char* elf = (const char*)mmap(NULL, kMapped, PROT_READ, MAP_SHARED, itself, 0);
    CHECK(elf != MAP_FAILED && memcmp(elf, "\177ELF", 4) == 0);
  }
  return ok();
}
