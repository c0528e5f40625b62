// Makes one call many times: `many_calls reads|clocks|maps|repeats COUNT`. For agent_counts.py.
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "tests/programs/check.h"

static void reads(long count) {
  char buffer[64];
  const int zero = open("/dev/zero", O_RDONLY);
  CHECK(zero >= 0);
  for (long i = 0; i < count; i++) CHECK(read(zero, buffer, sizeof buffer) == sizeof buffer);
}

static void clocks(long count) {
  struct timespec last = {0, 0};
  for (long i = 0; i < count; i++) {
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    CHECK(now.tv_sec > last.tv_sec || (now.tv_sec == last.tv_sec && now.tv_nsec >= last.tv_nsec));
    last = now;
  }
}

// As git does it for each object.
static void maps(long count) {
  const int file = open("/bin/true", O_RDONLY);
  for (long i = 0; i < count; i++) {
    void* memory = mmap(NULL, 20000, PROT_READ, MAP_PRIVATE, file, 0);
    CHECK(memory != MAP_FAILED && memcmp(memory, "\177ELF", 4) == 0);
    CHECK(munmap(memory, 20000) == 0);
  }
}

static void read_all(int file, size_t at_once) {
  static char buffer[1 << 20];
  CHECK(lseek(file, 0, SEEK_SET) == 0);
  ssize_t got = 0;
  while ((got = read(file, buffer, at_once)) > 0) continue;
  CHECK(got == 0);
}

// The file `data`, in pieces of three sizes, by this process and by others.
static void repeats(long count) {
  static const size_t sizes[] = {4096, 65536, 1 << 20};
  const int file = open("data", O_RDONLY);
  CHECK(file >= 0);
  for (long i = 0; i < count; i++) {
    const size_t size = sizes[i % 3];
    if (i % 2 == 0) {
      read_all(file, size);
      continue;
    }
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
      read_all(file, size);
      _exit(0);
    }
    expect_exit(child, 0);
  }
}

int main(int argc, char** argv) {
  CHECK(argc == 3);
  const long count = atol(argv[2]);
  if (strcmp(argv[1], "reads") == 0) reads(count);
  if (strcmp(argv[1], "clocks") == 0) clocks(count);
  if (strcmp(argv[1], "maps") == 0) maps(count);
  if (strcmp(argv[1], "repeats") == 0) repeats(count);
  return 0;
}
