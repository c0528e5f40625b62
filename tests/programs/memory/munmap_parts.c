// Unmapping a hole leaves both sides; touching the hole is SEGV_MAPERR.
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

static sigjmp_buf back;
static volatile int code;
static void jump(int signal, siginfo_t* info, void* context) {
  (void)signal, (void)context;
  code = info->si_code;
  siglongjmp(back, 1);
}

int main(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO};
  action.sa_sigaction = jump;
  CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
  char* memory =
      (char*)mmap(NULL, 5 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(memory, 'x', 5 * 4096);
  CHECK(munmap(memory + 4096, 3 * 4096) == 0);
  CHECK(memory[4095] == 'x' && memory[4 * 4096] == 'x');
  if (sigsetjmp(back, 1) == 0) {
    ((volatile char*)memory)[4096] = 1;
    CHECK(!"reached");
  }
  CHECK(code == SEGV_MAPERR);
  CHECK(munmap(memory, 5 * 4096) == 0 && munmap(memory, 5 * 4096) == 0);
  return ok();
}
