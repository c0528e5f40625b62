// A fault inside a handler runs another handler, which mends it.
#include <signal.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

static char* page;
static volatile sig_atomic_t mended, done;

static void mend(int signal) {
  (void)signal;
  CHECK(mprotect(page, 4096, PROT_READ | PROT_WRITE) == 0);
  mended++;
}
static void touch(int signal) {
  (void)signal;
  *(volatile char*)page = 'x';
  done++;
}

int main(void) {
  page = (char*)mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(page != MAP_FAILED);
  signal(SIGSEGV, mend);
  signal(SIGUSR1, touch);
  raise(SIGUSR1);
  CHECK(mended == 1 && done == 1 && page[0] == 'x');
  return ok();
}
