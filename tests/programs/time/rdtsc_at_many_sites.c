// rdtsc and rdtscp never go backwards, whether they can lead to the agent or not: in a function
// with a jump through a register only one instruction may give way, and something may jump between
// two.
// output: varies
#include <cpuid.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

#include "tests/programs/check.h"

static uint64_t last;

static void look(uint64_t now) {
  CHECK(now >= last);
  last = now;
}

__attribute__((noinline)) static uint64_t plain(void) { return __rdtsc(); }

__attribute__((noinline)) static uint64_t behind_a_call(void) {
  (void)getppid();
  return __rdtsc();
}

__attribute__((noinline)) static uint64_t jumped_into(int i) {
  uint32_t low = 0, high = 0;
  __asm__ volatile("test %[i], %[i]\n jz 1f\n rdtsc\n 1: mov %%eax, %%eax\n mov %%edx, %%edx"
                   : "+a"(low), "+d"(high)
                   : [i] "r"(i)
                   : "cc");
  return (uint64_t)high << 32 | low;
}

__attribute__((noinline)) static uint64_t with_a_table(int i) {
  uint32_t low, high;
  __asm__ volatile(
      "lea 1f(%%rip), %%rax\n test %[i], %[i]\n jnz 1f\n jmp *%%rax\n"
      "1: rdtsc\n mov %%eax, %%eax\n mov %%edx, %%edx"
      : "=a"(low), "=d"(high)
      : [i] "r"(i)
      : "cc");
  return (uint64_t)high << 32 | low;
}

__attribute__((noinline)) static uint64_t at_the_end(void) {
  uint32_t low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
  __asm__ volatile("jmp 1f\n 1:");
  return (uint64_t)high << 32 | low;
}

static void round_of_all(int i, int has_rdtscp) {
  unsigned processor;
  look(plain());
  look(behind_a_call());
  look(jumped_into(i + 1));
  look(with_a_table(i));
  if (has_rdtscp) look(__rdtscp(&processor));
  look(at_the_end());
}

int main(void) {
  unsigned a, b, c, d;
  int has_rdtscp = __get_cpuid(0x80000001, &a, &b, &c, &d) && (d & (1u << 27));
  for (int i = 0; i < 300; i++) round_of_all(i, has_rdtscp);
  pid_t child = fork();
  CHECK(child >= 0);
  for (int i = 0; i < 300; i++) round_of_all(i, has_rdtscp);
  if (child == 0) _exit(0);
  int status;
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  printf("%lu\n", last);
  return ok();
}
