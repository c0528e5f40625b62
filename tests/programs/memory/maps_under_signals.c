// Signals and other threads come between calls that map, move and unmap; each finds memory as it is
// by then.
// output: varies
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>

#include "tests/programs/check.h"

enum { kPage = 4096, kRounds = 300 };

static volatile sig_atomic_t handled;
static char* volatile shown;

static void on_alarm(int signal) {
  (void)signal;
  handled++;
  if (shown != NULL) CHECK(memcmp(shown, "\177ELF", 4) == 0);
}

static void map_and_move(const char* path) {
  int file = open(path, O_RDONLY);
  char* memory = (char*)mmap(NULL, kPage, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
  char* other = (char*)mmap(NULL, 4 * kPage, PROT_READ, MAP_PRIVATE, file, 0);
  CHECK(memory != MAP_FAILED && other != MAP_FAILED && close(file) == 0);
  CHECK(memcmp(memory, other, 4) == 0);
  other = (char*)mremap(other, 4 * kPage, 8 * kPage, MREMAP_MAYMOVE);
  CHECK(other != MAP_FAILED && memcmp(other, "\177ELF", 4) == 0);
  CHECK(munmap(memory, kPage) == 0 && munmap(other, 8 * kPage) == 0);
}

static void* in_thread(void* path) {
  for (int i = 0; i < kRounds; i++) map_and_move((const char*)path);
  return NULL;
}

int main(int argc, char** argv) {
  (void)argc;
  struct sigaction action = {0};
  action.sa_handler = on_alarm;
  action.sa_flags = SA_RESTART;
  CHECK(sigaction(SIGALRM, &action, NULL) == 0);
  struct itimerval often = {{0, 500}, {0, 500}};
  CHECK(setitimer(ITIMER_REAL, &often, NULL) == 0);
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) CHECK(pthread_create(&threads[i], NULL, in_thread, argv[0]) == 0);
  int file = open(argv[0], O_RDONLY);
  for (int i = 0; i < kRounds; i++) {
    char* memory = (char*)mmap(NULL, kPage, PROT_READ, MAP_PRIVATE, file, 0);
    CHECK(memory != MAP_FAILED);
    shown = memory;
    map_and_move(argv[0]);
    shown = NULL;
    CHECK(munmap(memory, kPage) == 0);
  }
  for (int i = 0; i < 3; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  struct itimerval never = {{0, 0}, {0, 0}};
  CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
  printf("%d signals\n", (int)handled);
  return ok();
}
