// A program that reads its code and the C library's by calls reads what the files hold.
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "tests/programs/check.h"

static int memory;

static void expect_same(const char* what, const char* file, const char* got, size_t size) {
  for (size_t i = 0; i < size; i++) {
    if (file[i] == got[i]) continue;
    dprintf(STDERR_FILENO, "%s: differs at %#zx\n", what, i);
    CHECK(!"the same");
  }
}

/// `file` has the code that is at `code`.
static void compare(const char* file, const char* code, size_t size) {
  char* got = (char*)malloc(size + 4096);
  const off_t at = (off_t)code;
  CHECK(got != NULL && pread(memory, got, size, at) == (ssize_t)size);
  expect_same("pread", file, got, size);
  CHECK(lseek(memory, at, SEEK_SET) == at && read(memory, got, size) == (ssize_t)size);
  expect_same("read", file, got, size);
  struct iovec parts[2] = {{got, size / 3}, {got + size / 3, size - size / 3}};
  struct iovec there = {(void*)code, size};
  memset(got, 0, size);
  CHECK(preadv(memory, parts, 2, at) == (ssize_t)size);
  expect_same("preadv", file, got, size);
  memset(got, 0, size);
  CHECK(process_vm_readv(getpid(), parts, 2, &there, 1, 0) == (ssize_t)size);
  expect_same("process_vm_readv", file, got, size);
  int ends[2];  // one page, to be read by the kernel as a write's bytes
  CHECK(pipe(ends) == 0 && write(ends[1], code, 4096) == 4096 && read(ends[0], got, 4096) == 4096);
  CHECK(close(ends[0]) == 0 && close(ends[1]) == 0);
  free(got);
}

static int look_at(struct dl_phdr_info* info, size_t size, void* found) {
  (void)size;
  const char* path = info->dlpi_name[0] != 0 ? info->dlpi_name : "/proc/self/exe";
  if (strstr(path, "libc.so") == NULL && path[1] != 'p') return 0;
  const int fd = open(path, O_RDONLY);
  const off_t end = lseek(fd, 0, SEEK_END);
  char* file = (char*)mmap(NULL, (size_t)end, PROT_READ, MAP_PRIVATE, fd, 0);
  CHECK(fd >= 0 && file != MAP_FAILED);
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr)* part = &info->dlpi_phdr[i];
    if (part->p_type != PT_LOAD || (part->p_flags & PF_X) == 0) continue;
    char* read_again = (char*)malloc(part->p_filesz);
    CHECK(pread(fd, read_again, part->p_filesz, (off_t)part->p_offset) == (ssize_t)part->p_filesz);
    expect_same("file", file + part->p_offset, read_again, part->p_filesz);
    free(read_again);
    compare(file + part->p_offset, (const char*)info->dlpi_addr + part->p_vaddr, part->p_filesz);
    ++*(int*)found;
  }
  return 0;
}

int main(void) {
  int found = 0;
  memory = open("/proc/self/mem", O_RDONLY);
  for (int i = 0; i < 3; i++) dl_iterate_phdr(look_at, &found);
  CHECK(memory >= 0 && found == 6);
  return ok();
}
