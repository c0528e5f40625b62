// A static program, without loader, runs and execs itself.
// build: -static
#include "tests/programs/check.h"

int main(int argc, char** argv) {
  (void)argv;
  if (argc > 1) return ok();
  CHECK(getpid() > 0);
  void* memory = malloc(1 << 22);
  CHECK(memory);
  free(memory);
  execl("/proc/self/exe", "exec_static_program", "again", (char*)NULL);
  CHECK(!"reached");
}
