// Exec from another thread: the process keeps its pid, the other threads are gone.
#include <fcntl.h>
#include <pthread.h>

#include "tests/programs/check.h"

static char pid_text[16];
static void* wait_forever(void* unused) {
  for (;;) pause();
  return unused;
}
static void* exec_here(void* unused) {
  CHECK(gettid() != getpid());
  usleep(5000);
  execl("/proc/self/exe", "exec_from_a_thread", pid_text, (char*)NULL);
  CHECK(!"reached");
  return unused;
}

int main(int argc, char** argv) {
  if (argc == 2) {
    CHECK(getpid() == atoi(argv[1]) && gettid() == getpid());
    char text[4096];
    int fd = open("/proc/self/status", O_RDONLY);
    ssize_t length = read(fd, text, sizeof text - 1);
    CHECK(length > 0);
    text[length] = 0;
    CHECK(strstr(text, "Threads:\t1\n"));
    return ok();
  }
  snprintf(pid_text, sizeof pid_text, "%d", getpid());
  pthread_t one, two;
  CHECK(pthread_create(&one, NULL, wait_forever, NULL) == 0);
  CHECK(pthread_create(&two, NULL, exec_here, NULL) == 0);
  wait_forever(NULL);
}
