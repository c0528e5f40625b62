// Code that makes calls becomes writable, is changed, and is protected again: calls go on
// throughout.
#include <link.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

__asm__(
    ".text\n.balign 4096\n.type ask, @function\n.globl ask\n"
    "ask: mov $39, %eax\n syscall\n ret\n .size ask, . - ask\n .balign 4096\n");
long ask(void);

static char* code;
static size_t code_size;
static int find_libc(struct dl_phdr_info* info, size_t size, void* unused) {
  (void)size, (void)unused;
  for (int i = 0; i < info->dlpi_phnum && strstr(info->dlpi_name, "libc.so"); i++) {
    const ElfW(Phdr)* part = &info->dlpi_phdr[i];
    if (part->p_type != PT_LOAD || (part->p_flags & PF_X) == 0) continue;
    code = (char*)info->dlpi_addr + part->p_vaddr;
    code_size = (part->p_memsz + 4095) & ~(size_t)4095;
  }
  return 0;
}

static void make_calls(void) {
  int ends[2];
  char bytes[4];
  CHECK(pipe(ends) == 0 && write(ends[1], "abc", 3) == 3 && read(ends[0], bytes, 4) == 3);
  CHECK(close(ends[0]) == 0 && close(ends[1]) == 0 && close(ends[0]) == -1 && errno == EBADF);
}

int main(void) {
  const int kAll = PROT_READ | PROT_WRITE | PROT_EXEC, kCode = PROT_READ | PROT_EXEC;
  dl_iterate_phdr(find_libc, NULL);
  CHECK(code != NULL);
  for (int i = 0; i < 20; i++) {
    make_calls();
    CHECK(mprotect(code, code_size, kAll) == 0);
    make_calls();
    CHECK(mprotect(code, code_size / 8192 * 4096, kCode) == 0);
    make_calls();
    CHECK(mprotect(code, code_size, kCode) == 0);

    // `mov $number, %eax` before a `syscall` that has been made many times.
    for (int j = 0; j < 10; j++) CHECK(ask() == (i % 2 == 0 ? getpid() : getppid()));
    CHECK(mprotect((void*)ask, 4096, kAll) == 0);
    CHECK(ask() == (i % 2 == 0 ? getpid() : getppid()));
    ((unsigned char*)ask)[1] = i % 2 == 0 ? SYS_getppid : SYS_getpid;
    CHECK(ask() == (i % 2 == 0 ? getppid() : getpid()));
    CHECK(i % 3 == 0 || mprotect((void*)ask, 4096, kCode) == 0);
  }
  return ok();
}
