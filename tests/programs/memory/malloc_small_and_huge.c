// malloc, realloc, memalign and free, small to 256 MiB, with contents checked.
#include <malloc.h>
#include <stdint.h>

#include "tests/programs/check.h"

enum { kBlocks = 2000 };

int main(void) {
  static uint32_t* blocks[kBlocks];
  uint32_t state = 12345;
  for (int round = 0; round < 5; round++) {
    for (int i = 0; i < kBlocks; i++) {
      state = state * 1664525 + 1013904223;
      size_t words = 1 + (state >> 16) % 500;
      blocks[i] = (uint32_t*)realloc(blocks[i], words * 4);
      CHECK(blocks[i]);
      blocks[i][0] = i, blocks[i][words - 1] = i;
    }
    for (int i = 0; i < kBlocks; i++) CHECK(blocks[i][0] == (uint32_t)i);
    for (int i = round; i < kBlocks; i += 3) free(blocks[i]), blocks[i] = NULL;
  }
  char* huge = (char*)malloc(256 << 20);
  CHECK(huge);
  huge[0] = huge[(256 << 20) - 1] = 'h';
  huge = (char*)realloc(huge, 300 << 20);
  CHECK(huge && huge[0] == 'h' && huge[(256 << 20) - 1] == 'h');
  free(huge);
  void* aligned = NULL;
  CHECK(posix_memalign(&aligned, 1 << 16, 100) == 0 && ((uintptr_t)aligned & 0xffff) == 0);
  free(aligned);
  CHECK(malloc_trim(0) >= 0);
  return ok();
}
