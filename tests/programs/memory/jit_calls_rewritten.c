// Generated code that makes calls is rewritten, moved and unmapped between them.
#include <sys/mman.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

typedef long (*Function)(void);

int main(void) {
  // mov eax, number; syscall; ret
  const unsigned char code[] = {0xb8, 0, 0, 0, 0, 0x0f, 0x05, 0xc3};
  const unsigned char numbers[] = {SYS_getpid, SYS_getppid, SYS_gettid};
  for (int i = 0; i < 60; i++) {
    unsigned char* page = (unsigned char*)mmap(NULL, 8192, PROT_READ | PROT_WRITE | PROT_EXEC,
                                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) skip("memory may not be writable and executable here");
    unsigned char* at = page + i * 7;
    memcpy(at, code, sizeof code);
    for (int j = 0; j < 30; j++) {
      at[1] = numbers[j % 3];
      CHECK(((Function)at)() == (j % 3 == 0 ? getpid() : j % 3 == 1 ? getppid() : gettid()));
      CHECK(at[0] == 0xb8 && at[5] == 0x0f && at[6] == 0x05 && at[7] == 0xc3);
    }
    CHECK(mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0);
    for (int j = 0; j < 5; j++)
      CHECK(((Function)at)() == gettid() && memcmp(at + 2, code + 2, 6) == 0);
    unsigned char* moved =
        (unsigned char*)mremap(page, 8192, 8192, MREMAP_MAYMOVE | MREMAP_FIXED, page + 65536 * 16);
    CHECK(moved != MAP_FAILED && ((Function)(moved + i * 7))() == gettid());
    CHECK(munmap(moved, 8192) == 0);
  }
  return ok();
}
