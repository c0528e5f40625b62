// cpuid answers the same wherever it stands, in a loop, in a forked child, and after an exec.
// output: varies
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/programs/check.h"

typedef struct {
  uint64_t a, b, c, d;
} answer;

#define SITE(name, before)                                                                   \
  __attribute__((noinline)) static answer name(uint32_t leaf, uint32_t subleaf) {            \
    answer is = {leaf, ~0ull, subleaf, ~0ull};                                               \
    __asm__ volatile(before "cpuid" : "+a"(is.a), "+b"(is.b), "+c"(is.c), "+d"(is.d)::"cc"); \
    return is;                                                                               \
  }

SITE(behind_long_instruction, "lea 0x100(%%rdx), %%rdx\n")
SITE(behind_several, "mov %%eax, %%eax\n nop\n mov %%ecx, %%ecx\n")
SITE(jumped_to, "jmp 1f\n 1: ")
SITE(with_prefix, ".byte 0x66\n")

/// Without what tells one core from another, which differs from call to call outside of a
/// recording.
static answer of_any_core(uint32_t leaf, answer is) {
  if (leaf == 1) is.b &= 0xffffffff00ffffff;
  if (leaf == 0xb) is.d &= 0xffffffff00000000;
  return is;
}

static int same(answer x, answer y) { return memcmp(&x, &y, sizeof x) == 0; }

static void check_all(void) {
  static const uint32_t kLeaves[] = {0,   1,    2,          4,          7,         0xb,
                                     0xd, 0x16, 0x40000000, 0x80000000, 0x80000008};
  for (unsigned round = 0; round < 3; round++) {
    for (unsigned i = 0; i < sizeof kLeaves / sizeof *kLeaves; i++) {
      for (uint32_t subleaf = 0; subleaf < 3; subleaf++) {
        const answer is = of_any_core(kLeaves[i], behind_long_instruction(kLeaves[i], subleaf));
        CHECK((is.a | is.b | is.c | is.d) >> 32 == 0);
        CHECK(same(is, of_any_core(kLeaves[i], behind_several(kLeaves[i], subleaf))));
        CHECK(same(is, of_any_core(kLeaves[i], jumped_to(kLeaves[i], subleaf))));
        CHECK(same(is, of_any_core(kLeaves[i], with_prefix(kLeaves[i], subleaf))));
        if (round == 0)
          printf("%x.%x: %lx %lx %lx %lx\n", kLeaves[i], subleaf, is.a, is.b, is.c, is.d);
      }
    }
  }
  fflush(stdout);
}

static void check_flags(void) {
  for (unsigned i = 0; i < 100; i++) {
    uint64_t leaf = 1, other, flags;
    __asm__ volatile("cmp %%esi, %%esi\n stc\n mov $1, %%eax\n cpuid\n pushfq\n popq %2"
                     : "=a"(leaf), "=d"(other), "=S"(flags)::"rbx", "rcx", "cc");
    CHECK((flags & 0x41) == 0x41);  // zero, carry
  }
}

int main(int argc, char** argv) {
  check_all();
  check_flags();
  if (argc > 1) return ok();
  const pid_t child = fork();
  if (child == 0) {
    check_all();
    _exit(0);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  execl("/proc/self/exe", argv[0], "again", (char*)NULL);
  return 1;
}
