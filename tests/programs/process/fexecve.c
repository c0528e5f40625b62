// execveat and fexecve run an open file.
#include <fcntl.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(int argc, char** argv) {
  if (argc == 2) return strcmp(argv[1], "inner") == 0 ? 23 : 1;
  int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  CHECK(fd >= 0);
  char* arguments[] = {argv[0], "inner", NULL};
  pid_t child = fork();
  if (child == 0) {
    fexecve(fd, arguments, environ);
    _exit(1);
  }
  expect_exit(child, 23);
  int folder = open("/bin", O_PATH | O_DIRECTORY);
  child = fork();
  if (child == 0) {
    char* shell[] = {"sh", "-c", "exit 24", NULL};
    syscall(SYS_execveat, folder, "sh", shell, environ, 0);
    _exit(1);
  }
  expect_exit(child, 24);
  return ok();
}
