// stdio writes lines to stdout and stderr in the order that their buffers give.
#include "tests/programs/check.h"

int main(void) {
  setvbuf(stdout, NULL, _IOFBF, 100);
  for (int i = 0; i < 50; i++) printf("line %d of the output\n", i);
  fflush(stdout);
  fprintf(stderr, "and this is said on stderr\n");
  FILE* file = fopen("file", "w+");
  CHECK(file);
  for (int i = 0; i < 10000; i++) CHECK(fprintf(file, "%d\n", i) > 0);
  rewind(file);
  for (int i = 0, value; i < 10000; i++) CHECK(fscanf(file, "%d", &value) == 1 && value == i);
  CHECK(fclose(file) == 0);
  return ok();
}
