// How a program ends that goes wrong: with output that was not flushed, and in a thread.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static int* volatile nowhere;

static void* crash(void* unused) {
  (void)unused;
  *nowhere = 42;
  return NULL;
}

static void* give_up(void* unused) {
  (void)unused;
  free(NULL);
  abort();
}

#define crash_END crash
#define abort_END give_up
#define PASTE(a, b) a##b
#define FUNCTION(end) PASTE(end, _END)

int main(void) {
  fprintf(stderr, "to stderr\n");
  printf("flushed\n");
  fflush(stdout);
  printf("never seen\n");
  pthread_t thread;
  if (pthread_create(&thread, NULL, FUNCTION(END), NULL) != 0) return 1;
  pthread_join(thread, NULL);
  return 2;
}
