// Random bytes differ between calls, and are the same again in a replay.
// output: varies
#include <fcntl.h>
#include <sys/random.h>

#include "tests/programs/check.h"

static void print(const char* name, const unsigned char* bytes) {
  printf("%s ", name);
  for (int i = 0; i < 16; i++) printf("%02x", bytes[i]);
  puts("");
}

int main(void) {
  unsigned char one[16], two[16], three[16];
  CHECK(getrandom(one, 16, 0) == 16);
  CHECK(getentropy(two, 16) == 0);
  int fd = open("/dev/urandom", O_RDONLY);
  CHECK(fd >= 0 && read(fd, three, 16) == 16);
  CHECK(memcmp(one, two, 16) != 0 && memcmp(two, three, 16) != 0);
  print("getrandom", one), print("getentropy", two), print("urandom", three);
  printf("arc4random-like seed at %p\n", (void*)one);
  return ok();
}
