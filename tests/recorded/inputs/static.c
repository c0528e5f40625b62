// A static program: no dynamic linker, IFUNC-chosen string functions, threads, malloc, time.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long total;

static void* add(void* argument) {
  for (int i = 0; i < 1000; i++) {
    pthread_mutex_lock(&lock);
    total += (long)argument;
    pthread_mutex_unlock(&lock);
  }
  return NULL;
}

int main(int count, char** arguments) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  printf("%d argument, time is after 2020: %d\n", count, now.tv_sec > 1577836800);
  pthread_t threads[4];
  for (long i = 0; i < 4; i++) pthread_create(&threads[i], NULL, add, (void*)i);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  char* text = malloc(100000);
  memset(text, 'x', 99999);
  text[99999] = 0;
  printf("total %ld, length %zu, %s\n", total, strlen(text), strrchr(arguments[0], '/') + 1);
  free(text);
  return 0;
}
