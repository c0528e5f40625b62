// A file that is mapped privately is opened anew, cut, and written again: the mapping shows what is
// written.
#include <fcntl.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

enum { kBytes = 8192 };

int main(void) {
  char bytes[kBytes];
  memset(bytes, 7, sizeof bytes);
  const int file = open("data", O_RDWR | O_CREAT | O_TRUNC, 0644);
  CHECK(file >= 0 && write(file, bytes, sizeof bytes) == sizeof bytes);
  const char* const shown = mmap(NULL, kBytes, PROT_READ, MAP_PRIVATE, file, 0);
  CHECK(shown != MAP_FAILED && shown[0] == 7 && shown[kBytes - 1] == 7);

  const int again = open("data", O_WRONLY | O_TRUNC);
  memset(bytes, 9, sizeof bytes);
  CHECK(again >= 0 && write(again, bytes, 100) == 100);
  CHECK(shown[0] == 9 && shown[99] == 9 && shown[100] == 0);
  CHECK(write(again, bytes, kBytes - 100) == kBytes - 100);
  CHECK(shown[100] == 9 && shown[kBytes - 1] == 9);
  return ok();
}
