// The rseq call registers an area, or is refused as on a kernel without it.
#include <stdint.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(void) {
  static struct {
    uint32_t cpu_id_start, cpu_id;
    uint64_t rseq_cs;
    uint32_t flags, padding[3];
  } area __attribute__((aligned(32)));
  long result = syscall(SYS_rseq, &area, sizeof area, 0, 0x12345678);
  CHECK(result == 0 || errno == ENOSYS || errno == EINVAL || errno == EBUSY || errno == EPERM);
  return ok();
}
