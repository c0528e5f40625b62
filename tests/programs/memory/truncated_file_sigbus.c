// Touching a mapped page past the file's new end is SIGBUS, and works again when the file grows.
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

static sigjmp_buf back;
static void* volatile where;
static void jump(int signal, siginfo_t* info, void* context) {
  (void)context;
  CHECK(signal == SIGBUS && info->si_code == BUS_ADRERR);
  where = info->si_addr;
  siglongjmp(back, 1);
}

int main(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO};
  action.sa_sigaction = jump;
  CHECK(sigaction(SIGBUS, &action, NULL) == 0);
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  CHECK(ftruncate(fd, 8192) == 0);
  volatile char* view = (char*)mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  view[4096] = 'x';
  CHECK(ftruncate(fd, 4096) == 0);
  if (sigsetjmp(back, 1) == 0) {
    view[4100] = 'y';
    CHECK(!"reached");
  }
  CHECK(where == view + 4100);
  CHECK(ftruncate(fd, 8192) == 0 && view[4096] == 0);
  view[4100] = 'z';
  return ok();
}
