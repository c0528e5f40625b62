// /proc/self describes this process: its program, descriptors, maps and state.
#include <fcntl.h>
#include <limits.h>

#include "tests/programs/check.h"

static char text[1 << 16];

static const char* slurp(const char* path) {
  int fd = open(path, O_RDONLY), have = 0;
  CHECK(fd >= 0);
  ssize_t count;
  while ((count = read(fd, text + have, sizeof text - 1 - have)) > 0) have += count;
  text[have] = 0;
  CHECK(count == 0 && close(fd) == 0);
  return text;
}

int main(int argc, char** argv) {
  (void)argc;
  char link[PATH_MAX] = "", pid[16];
  CHECK(readlink("/proc/self/exe", link, sizeof link - 1) > 0);
  CHECK(strcmp(strrchr(link, '/'), strrchr(argv[0], '/')) == 0);
  snprintf(pid, sizeof pid, "%d", getpid());
  CHECK(readlink("/proc/self", link, sizeof link - 1) > 0 && atoi(link) == getpid());
  CHECK(strstr(slurp("/proc/self/maps"), "[stack]"));
  CHECK(strstr(slurp("/proc/self/status"), pid));
  CHECK(atoi(slurp("/proc/self/stat")) == getpid());
  CHECK(strcmp(slurp("/proc/self/comm"), "proc_self\n") == 0);
  CHECK(strcmp(slurp("/proc/self/cmdline"), argv[0]) == 0);
  CHECK(strstr(slurp("/proc/cpuinfo"), "processor"));
  return ok();
}
