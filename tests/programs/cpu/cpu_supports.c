// What the compiler's and the library's feature tests say, code can use.
// build: -lm
#include <math.h>

#include "tests/programs/check.h"

__attribute__((target("avx2"))) static long sum_avx2(const int* values, int count) {
  long sum = 0;
  for (int i = 0; i < count; i++) sum += values[i] ^ i;
  return sum;
}
static long sum_plain(const int* values, int count) {
  long sum = 0;
  for (int i = 0; i < count; i++) sum += values[i] ^ i;
  return sum;
}

int main(void) {
  static int values[10000];
  for (int i = 0; i < 10000; i++) values[i] = i * 7919;
  if (__builtin_cpu_supports("avx2")) {
    CHECK(sum_avx2(values, 10000) == sum_plain(values, 10000));
  }
  volatile double x = 0.5;
  CHECK(fabs(sin(x) * sin(x) + cos(x) * cos(x) - 1) < 1e-12);  // chosen by processor at start-up
  char text[1000];
  memset(text, 'x', sizeof text - 1);
  text[999] = 0;
  CHECK(strlen(text) == 999 && !memchr(text, 'y', sizeof text));
  return ok();
}
