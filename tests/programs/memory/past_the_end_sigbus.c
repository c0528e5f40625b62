// A private mapping longer than its file faults with SIGBUS in the pages past the end.
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

static sigjmp_buf back;
static void jump(int signal) { siglongjmp(back, signal); }

int main(void) {
  signal(SIGBUS, jump);
  signal(SIGSEGV, jump);
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  CHECK(write(fd, "short", 5) == 5);
  volatile char* view = (char*)mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  CHECK(view != MAP_FAILED && view[0] == 's' && view[4095] == 0);
  int signal = sigsetjmp(back, 1);
  if (signal == 0) CHECK(view[4096] == 0 && !"reached");
  CHECK(signal == SIGBUS);
  return ok();
}
