// Interrupted in rounds of pure computing. Registers, stack, and all that pointers lead to are the
// same each time: what counts the rounds lies where nothing points to.
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/time.h>

#include "tests/programs/check.h"

enum { kInterruptions = 80, kBytes = 1 << 20 };

struct far {
  uint64_t rounds, interruptions, sum;
};

// A pointer that nobody takes for one.
static const uint64_t kKey = 0x5a5a5a5a5a5a5a5a;
static uint64_t hidden;

// Some 2 ms that begin and end with the same registers, and touch no memory.
static void compute(void) {
  __asm__ volatile(
      "mov $2000000, %%ecx\n"
      "mov $1, %%eax\n"
      "1: imul $0x343fd, %%eax, %%eax\n"
      "add $0x269ec3, %%eax\n"
      "dec %%ecx\n"
      "jnz 1b\n"
      :
      :
      : "rax", "rcx", "cc");
}

static void forget_registers(void) {
  __asm__ volatile(
      "xor %%eax, %%eax; xor %%ecx, %%ecx; xor %%edx, %%edx; xor %%esi, %%esi; xor %%edi, %%edi\n"
      "xor %%r8d, %%r8d; xor %%r9d, %%r9d; xor %%r10d, %%r10d; xor %%r11d, %%r11d\n"
      :
      :
      : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "cc");
}

static struct far* far_away(void) { return (struct far*)(hidden ^ kKey); }

static void interrupted(int signal) {
  (void)signal;
  struct far* all = far_away();
  all->sum = (all->sum ^ all->rounds) * 0x9e3779b97f4a7c15 + (all->sum >> 29);
  all->interruptions++;
}

__attribute__((noinline)) static int next_round(void) {
  struct far* all = far_away();
  all->rounds++;
  return all->interruptions < kInterruptions;
}

int main(void) {
  char* memory = mmap(NULL, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(memory != MAP_FAILED);
  hidden = (uint64_t)(memory + kBytes / 2) ^ kKey;
  struct sigaction action = {.sa_handler = interrupted};
  CHECK(sigaction(SIGALRM, &action, NULL) == 0);
  const struct itimerval every_10_ms = {{0, 10000}, {0, 10000}}, never = {{0, 0}, {0, 0}};
  CHECK(setitimer(ITIMER_REAL, &every_10_ms, NULL) == 0);
  while (next_round()) {
    forget_registers();
    compute();
  }
  CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
  printf("%d %016lx\n", (int)far_away()->interruptions, (unsigned long)far_away()->sum);
  return ok();
}
