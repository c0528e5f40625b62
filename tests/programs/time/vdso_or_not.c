// Whether or not there is a vdso, the auxiliary vector is whole and the time can be had.
#include <link.h>
#include <sys/auxv.h>
#include <time.h>

#include "tests/programs/check.h"

static int count(struct dl_phdr_info* info, size_t size, void* total) {
  (void)size;
  CHECK(info->dlpi_phnum > 0);
  ++*(int*)total;
  return 0;
}

int main(void) {
  int objects = 0;
  CHECK(dl_iterate_phdr(count, &objects) == 0 && objects >= 2);
  CHECK(getauxval(AT_PAGESZ) == 4096 && getauxval(AT_PHDR) != 0 && getauxval(AT_ENTRY) != 0);
  unsigned long vdso = getauxval(AT_SYSINFO_EHDR);
  if (vdso) CHECK(memcmp((void*)vdso, "\177ELF", 4) == 0);
  struct timespec now;
  CHECK(clock_gettime(CLOCK_REALTIME, &now) == 0 && now.tv_sec > 1600000000);
  return ok();
}
