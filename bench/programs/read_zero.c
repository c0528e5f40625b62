// One million reads of 64 bytes.
#include <fcntl.h>
#include <unistd.h>

int main(void) {
  char bytes[64];
  int zero = open("/dev/zero", O_RDONLY);
  for (int i = 0; i < 1000000; i++) {
    if (read(zero, bytes, sizeof bytes) != sizeof bytes) return 1;
  }
  return 0;
}
