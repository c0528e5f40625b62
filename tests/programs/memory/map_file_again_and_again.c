// A file that is mapped again and again shows what is in it by then: unchanged, changed in between
// by each of a few ways, longer, shorter, replaced by another of the same name.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include "tests/programs/check.h"

enum { kPage = 4096, kRounds = 6 };

// One place in the code for all: where it leads to mecrr's agent from the second call on.
__attribute__((noinline)) static char* map(const char* path, size_t size, int protection, int flags,
                                           void* at, off_t offset) {
  int fd = open(path, O_RDONLY);
  CHECK(fd >= 0);
  char* memory = (char*)mmap(at, size, protection, MAP_PRIVATE | flags, fd, offset);
  CHECK(close(fd) == 0);
  CHECK(memory != MAP_FAILED);
  return memory;
}

static void fill(const char* path, char letter, int pages) {
  int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
  char page[kPage];
  memset(page, letter, sizeof page);
  for (int i = 0; i < pages; i++) CHECK(write(fd, page, sizeof page) == sizeof page);
  CHECK(close(fd) == 0);
}

// So that its times are no longer those of just now.
static void age(const char* path) {
  const struct timespec old[2] = {{1000000, 0}, {1000000, 5}};
  CHECK(utimensat(AT_FDCWD, path, old, 0) == 0);
  struct timespec start, now;
  CHECK(clock_gettime(CLOCK_MONOTONIC, &start) == 0);
  do CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
  while ((now.tv_sec - start.tv_sec) * 1000000000 + now.tv_nsec - start.tv_nsec < 80000000);
}

static void expect_letter(const char* path, char letter) {
  char* memory = map(path, 3 * kPage, PROT_READ | PROT_WRITE, 0, NULL, 0);
  CHECK(memory[0] == letter && memory[2 * kPage] == letter);
  memory[0] = '!';  // the mapping's own
  CHECK(munmap(memory, 3 * kPage) == 0);
}

static void unchanged(void) {
  for (int i = 0; i < kRounds; i++) expect_letter("file", 'a');
  char* place = (char*)mmap(NULL, 8 * kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < kRounds; i++) {
    // Over what is there, from the middle, and beyond the end.
    char* memory = map("file", 4 * kPage, PROT_READ, MAP_FIXED, place + 2 * kPage, kPage);
    CHECK(memory == place + 2 * kPage && memory[0] == 'a' && memory[2 * kPage - 1] == 'a');
  }
  CHECK(munmap(place, 8 * kPage) == 0);
}

static void changed_by_write(void) {
  for (int i = 0; i < kRounds; i++) {
    char* shown = map("file", 3 * kPage, PROT_READ, 0, NULL, 0);
    int fd = open("file", O_WRONLY);  // while it is mapped
    CHECK(pwrite(fd, "wwww", 4, kPage + i * 4) == 4 && shown[kPage + i * 4] == 'w');
    CHECK(close(fd) == 0);
    char* again = map("file", 3 * kPage, PROT_READ, 0, NULL, 0);
    CHECK(again[kPage + i * 4] == 'w' && again[0] == 'a');
    CHECK(munmap(shown, 3 * kPage) == 0 && munmap(again, 3 * kPage) == 0);
  }
  int before = open("file", O_RDWR);  // opened before it is mapped
  for (int i = 0; i < kRounds; i++) {
    char* shown = map("file", 3 * kPage, PROT_READ, 0, NULL, 0);
    CHECK(pwrite(before, "vvvv", 4, i * 4) == 4 && memcmp(shown + i * 4, "vvvv", 4) == 0);
    CHECK(munmap(shown, 3 * kPage) == 0);
  }
  CHECK(close(before) == 0);
}

static void changed_and_dated_back(void) {
  for (int i = 0; i < kRounds; i++) {
    fill("file", (char)('k' + i), 3);
    age("file");
    expect_letter("file", (char)('k' + i));
    expect_letter("file", (char)('k' + i));
  }
}

static void changed_in_size(void) {
  for (int i = 1; i <= kRounds; i++) {
    CHECK(truncate("file", i * kPage) == 0);
    char* memory = map("file", (size_t)i * kPage, PROT_READ, 0, NULL, 0);
    CHECK(memory[(i - 1) * kPage] == (i > 3 ? 0 : 'k' + kRounds - 1) || i > 1);
    CHECK(munmap(memory, (size_t)i * kPage) == 0);
  }
}

static void replaced(void) {
  for (int i = 0; i < kRounds; i++) {
    fill("other", (char)('A' + i), 3);
    CHECK(rename("other", "file") == 0);
    expect_letter("file", (char)('A' + i));
  }
}

static void by_children(void) {
  age("file");
  for (int i = 0; i < kRounds; i++) expect_letter("file", 'A' + kRounds - 1);
  for (int i = 0; i < 3; i++) {
    pid_t child = fork();
    if (child == 0) {
      expect_letter("file", 'A' + kRounds - 1);
      expect_letter("file", 'A' + kRounds - 1);
      _exit(0);
    }
    expect_exit(child, 0);
  }
}

static void without_a_file(void) {
  for (int i = 0; i < kRounds; i++) {
    CHECK(mmap(NULL, kPage, PROT_READ, MAP_PRIVATE, 999, 0) == MAP_FAILED && errno == EBADF);
    int zero = open("/dev/zero", O_RDWR);
    char* memory = (char*)mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE, zero, 0);
    CHECK(close(zero) == 0 && memory != MAP_FAILED && memory[17] == 0);
    CHECK(munmap(memory, kPage) == 0);
  }
}

int main(void) {
  fill("file", 'a', 3);
  age("file");
  unchanged();
  changed_by_write();
  changed_and_dated_back();
  changed_in_size();
  replaced();
  by_children();
  without_a_file();
  return ok();
}
