// Protecting the middle of a mapping splits it; the rest stays as it was.
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

static sigjmp_buf back;
static void jump(int signal) { siglongjmp(back, signal); }

static int faults(volatile char* address) {
  if (sigsetjmp(back, 1)) return 1;
  *address = 1;
  return 0;
}

int main(void) {
  signal(SIGSEGV, jump);
  char* memory =
      (char*)mmap(NULL, 5 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(memory != MAP_FAILED && mprotect(memory + 8192, 4096, PROT_NONE) == 0);
  CHECK(!faults(memory) && !faults(memory + 8191) && faults(memory + 8192));
  CHECK(faults(memory + 12287) && !faults(memory + 12288));
  CHECK(mprotect(memory, 5 * 4096, PROT_READ | PROT_WRITE) == 0 && !faults(memory + 8192));
  CHECK(mprotect(memory + 1, 4096, PROT_READ) == -1 && errno == EINVAL);
  return ok();
}
