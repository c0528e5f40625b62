// Four threads that multiply matrices, and make no call meanwhile.
#include <pthread.h>
#include <stdio.h>

enum { kThreads = 4, kSize = 160, kRounds = 200 };

static double results[kThreads];

static void* multiply(void* number) {
  static __thread double a[kSize][kSize], b[kSize][kSize], c[kSize][kSize];
  const long me = (long)number;
  for (int i = 0; i < kSize; i++)
    for (int j = 0; j < kSize; j++) a[i][j] = (double)(i + me), b[i][j] = (double)(i - j) / kSize;
  for (int round = 0; round < kRounds; round++) {
    for (int i = 0; i < kSize; i++) {
      for (int j = 0; j < kSize; j++) {
        double sum = 0;
        for (int k = 0; k < kSize; k++) sum += a[i][k] * b[k][j];
        c[i][j] = sum;
      }
    }
    a[round % kSize][0] += c[round % kSize][1] / kSize;
  }
  results[me] = c[kSize - 1][kSize - 1];
  return 0;
}

int main(void) {
  pthread_t threads[kThreads];
  for (long i = 0; i < kThreads; i++) pthread_create(&threads[i], 0, multiply, (void*)i);
  for (int i = 0; i < kThreads; i++) pthread_join(threads[i], 0);
  for (int i = 0; i < kThreads; i++) printf("%g\n", results[i]);
  return 0;
}
