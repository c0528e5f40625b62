// Generated code in writable and executable memory makes a system call of its own.
#include <sys/mman.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(void) {
  // mov eax, number; syscall; ret
  unsigned char code[] = {0xb8, SYS_getpid, 0, 0, 0, 0x0f, 0x05, 0xc3};
  unsigned char* page = (unsigned char*)mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) skip("memory may not be writable and executable here");
  memcpy(page, code, sizeof code);
  CHECK(((long (*)(void))page)() == getpid());
  page[1] = SYS_getppid;
  CHECK(((long (*)(void))page)() == getppid());
  page[1] = SYS_gettid;
  CHECK(((long (*)(void))page)() == gettid());
  return ok();
}
