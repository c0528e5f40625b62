// Writing to a read-only page faults; the handler sees where, allows it, and the write succeeds.
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

static char* page;
static volatile int faults;

static void allow(int signal, siginfo_t* info, void* context) {
  (void)context;
  CHECK(signal == SIGSEGV && info->si_code == SEGV_ACCERR);
  CHECK((char*)info->si_addr == page + 100 + 4096 * faults);
  CHECK(mprotect(page + 4096 * faults, 4096, PROT_READ | PROT_WRITE) == 0);
  faults++;
}

int main(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO};
  action.sa_sigaction = allow;
  CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
  page = (char*)mmap(NULL, 10 * 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(page != MAP_FAILED);
  for (int i = 0; i < 10; i++) {
    ((volatile char*)page)[100 + 4096 * i] = 'w';
    CHECK(page[100 + 4096 * i] == 'w' && faults == i + 1);
  }
  return ok();
}
