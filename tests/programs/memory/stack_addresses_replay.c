// Addresses of stack, heap, text and libraries, which chance chose, are the same in a replay.
// output: varies
#include <sys/auxv.h>

#include "tests/programs/check.h"

int main(int argc, char** argv) {
  int local = argc;
  void* heap = malloc(100);
  printf("stack %p heap %p text %p library %p\n", (void*)&local, heap, (void*)main, (void*)puts);
  printf("arguments %p environment %p\n", (void*)argv, (void*)environ);
  const unsigned char* random = (const unsigned char*)getauxval(AT_RANDOM);
  CHECK(random);
  for (int i = 0; i < 16; i++) printf("%02x", random[i]);
  printf(" guard; platform %s\n", (const char*)getauxval(AT_PLATFORM));
  free(heap);
  return ok();
}
