// Memory that is given back, advised about, moved and grown again and again holds what it should.
// output: varies
#include <fcntl.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

enum { kPage = 4096, kRounds = 6, kAnonymous = MAP_PRIVATE | MAP_ANONYMOUS };

static int failure_of(int result) { return result == 0 ? 0 : errno; }

// One place in the code for all calls of a kind: where it leads to mecrr's agent from the second
// on.
__attribute__((noinline)) static int advise(void* at, size_t size, int advice) {
  return failure_of(madvise(at, size, advice));
}

__attribute__((noinline)) static char* move(void* at, size_t from, size_t to, int flags) {
  return (char*)mremap(at, from, to, flags);
}

__attribute__((noinline)) static char* map(size_t size, int protection, int flags, int fd) {
  char* memory = (char*)mmap(NULL, size, protection, flags, fd, 0);
  CHECK(memory != MAP_FAILED);
  return memory;
}

static void gives_back(int advice) {
  char* memory = map(4 * kPage, PROT_READ | PROT_WRITE, kAnonymous, -1);
  for (int i = 0; i < kRounds; i++) {
    memset(memory, 'm', 4 * kPage);
    CHECK(advise(memory + kPage, kPage, advice) == 0);
    // After MADV_FREE either could be there; what is written stays.
    CHECK(memory[kPage] == 0 || (advice == MADV_FREE && memory[kPage] == 'm'));
    putchar(memory[kPage] == 0 ? '0' : 'm');
    memory[kPage] = 'n';
    CHECK(memory[kPage - 1] == 'm' && memory[kPage] == 'n' && memory[2 * kPage] == 'm');
  }
  CHECK(munmap(memory + 2 * kPage, kPage) == 0);
  for (int i = 0; i < kRounds; i++) {  // goes on behind the hole
    memset(memory, 'o', 2 * kPage);
    CHECK(advise(memory + kPage, 3 * kPage, advice) == ENOMEM);
    CHECK(memory[0] == 'o');
    putchar(memory[kPage] == 0 ? '0' : 'm');
  }
}

static void hints(void) {
  static const int kHints[] = {MADV_NORMAL,   MADV_RANDOM,     MADV_SEQUENTIAL, MADV_WILLNEED,
                               MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_DONTDUMP,   MADV_DODUMP};
  char* memory = map(4 * kPage, PROT_READ | PROT_WRITE, kAnonymous, -1);
  memset(memory, 'h', 4 * kPage);
  for (int i = 0; i < kRounds; i++) {
    for (size_t h = 0; h < sizeof kHints / sizeof *kHints; h++)
      (void)advise(memory, 4 * kPage, kHints[h]);  // a kernel may have none of some
    CHECK(advise(memory, kPage, 9999) == EINVAL &&
          advise(memory + 1, kPage, MADV_NORMAL) == EINVAL);
  }
  CHECK(memory[0] == 'h' && memory[4 * kPage - 1] == 'h');
}

static void at_fork(void) {
  char* memory = map(2 * kPage, PROT_READ | PROT_WRITE, kAnonymous, -1);
  for (int i = 0; i < kRounds; i++) {
    memset(memory, 'f', 2 * kPage);
    CHECK(advise(memory, kPage, i % 2 ? MADV_WIPEONFORK : MADV_KEEPONFORK) == 0);
    pid_t child = fork();
    if (child == 0) {
      CHECK(memory[0] == (i % 2 ? 0 : 'f') && memory[kPage] == 'f');
      _exit(0);
    }
    expect_exit(child, 0);
  }
}

static void of_files(void) {
  int fd = open("shared", O_CREAT | O_RDWR, 0600), other = open("other", O_CREAT | O_RDWR, 0600);
  CHECK(write(fd, "from the file", 13) == 13 && ftruncate(fd, 16 * kPage) == 0);
  CHECK(write(other, "from the file", 13) == 13 && ftruncate(other, 16 * kPage) == 0);
  char* view = map(kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE, other);
  char* shared = map(kPage, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  for (int i = 0; i < kRounds; i++) {
    strcpy(view, "own");
    CHECK(advise(view, kPage, MADV_DONTNEED) == 0 && strcmp(view, "from the file") == 0);
    shared[100] = (char)('0' + i);
    CHECK(advise(shared, kPage, MADV_DONTNEED) == 0 && shared[100] == '0' + i);
    CHECK(advise(shared, kPage, MADV_REMOVE) == 0 && shared[100] == 0);
    memcpy(shared, "from the file", 14);
  }
  for (size_t pages = 1; pages < 16; pages *= 2) {  // shows more of the file
    view = move(view, pages * kPage, 2 * pages * kPage, MREMAP_MAYMOVE);
    CHECK(view != MAP_FAILED && strcmp(view, "from the file") == 0 &&
          view[(2 * pages - 1) * kPage] == 0);
  }
  for (size_t pages = 1; pages < 16; pages *= 2) {
    shared = move(shared, pages * kPage, 2 * pages * kPage, MREMAP_MAYMOVE);
    CHECK(shared != MAP_FAILED);
    shared[pages * kPage] = 's';
    CHECK(pread(fd, view, 1, (off_t)(pages * kPage)) == 1 && view[0] == 's');
  }
}

static void grows(void) {
  char* memory = map(kPage, PROT_READ | PROT_WRITE, kAnonymous, -1);
  size_t size = kPage;
  memory[0] = 'g';
  for (int i = 0; i < 3 * kRounds; i++) {
    size_t now = size + (size_t)(i + 1) * kPage;
    memory = move(memory, size, now, MREMAP_MAYMOVE);
    CHECK(memory != MAP_FAILED && memory[0] == 'g' && memory[size] == 0);
    if (i > 0) CHECK(memory[size - kPage] == 'g' + i - 1);
    memory[now - kPage] = (char)('g' + i);
    size = now;
  }
  for (int i = 0; i < kRounds; i++) {
    CHECK(move(memory, size, size - kPage, 0) == memory);
    size -= kPage;
  }
  for (int i = 0; i < kRounds; i++)
    CHECK(move(memory + 1, size, size, 0) == MAP_FAILED && errno == EINVAL);
}

// Code that calls into the kernel, moved elsewhere, does the same there.
static void moves_code(void) {
  static const unsigned char kGetpid[] = {0xb8, 39, 0, 0, 0, 0x0f, 0x05, 0xc3};
  char* code = map(kPage, PROT_READ | PROT_WRITE, kAnonymous, -1);
  memcpy(code, kGetpid, sizeof kGetpid);
  CHECK(mprotect(code, kPage, PROT_READ | PROT_EXEC) == 0);
  for (int i = 0; i < kRounds; i++) {
    char* place = map(2 * kPage, PROT_NONE, kAnonymous, -1);
    CHECK(munmap(place, 2 * kPage) == 0);
    code = move(code, kPage, 2 * kPage, MREMAP_MAYMOVE);
    CHECK(code != MAP_FAILED && ((int (*)(void))(void*)code)() == getpid());
    code = move(code, 2 * kPage, kPage, MREMAP_MAYMOVE);
    CHECK(code != MAP_FAILED && ((int (*)(void))(void*)code)() == getpid());
  }
}

int main(void) {
  gives_back(MADV_DONTNEED);
  gives_back(MADV_FREE);
  putchar('\n');
  hints();
  at_fork();
  of_files();
  grows();
  moves_code();
  return ok();
}
