// Two threads parse lines and add their prices up in one variable, without a lock: a price is lost
// if one is interrupted between reading the variable and writing it.
#include <pthread.h>

#include "tests/recorded/races/race.h"

enum { kThreads = 2, kLines = 100000 };

static double total;  // of all prices

// A line as a server may get it, and what it takes to read it.
static unsigned long parse(unsigned long number) {
  char line[64];
  const int length =
      snprintf(line, sizeof line, "GET /item/%lu?price=%lu", number, number * 7 % 100);
  unsigned long price = 0;
  for (int i = 0; i < length; i++)
    price = line[i] == '=' ? 0 : price * 10 + (unsigned char)line[i] % 16;
  return price;
}

static void* serve(void* parsed) {
  for (unsigned long i = 0; i < kLines; i++) {
    const unsigned long price = parse(i);
    total += (double)price;
    *(unsigned long*)parsed += price;
  }
  return NULL;
}

int main(void) {
  pthread_t threads[kThreads];
  unsigned long parsed[kThreads] = {0}, sum = 0;
  for (int i = 0; i < kThreads; i++)
    CHECK(pthread_create(&threads[i], NULL, serve, &parsed[i]) == 0);
  for (int i = 0; i < kThreads; i++) {
    CHECK(pthread_join(threads[i], NULL) == 0);
    sum += parsed[i];
  }
  printf("%lu parsed, %.0f counted\n", sum, total);
  return total == (double)sum ? ok() : race_hit("an update is lost");
}
