// Exec that fails tells why and leaves the program as it was.
#include <fcntl.h>
#include <sys/stat.h>

#include "tests/programs/check.h"

static int value = 3;

static void expect(const char* path, int error) {
  char* arguments[] = {"x", NULL};
  CHECK(execve(path, arguments, environ) == -1 && errno == error);
}

int main(void) {
  int fd = open("text", O_CREAT | O_WRONLY, 0700);
  CHECK(write(fd, "no program\n", 11) == 11 && close(fd) == 0);
  fd = open("closed", O_CREAT | O_WRONLY, 0600);
  CHECK(write(fd, "\177ELF", 4) == 4 && close(fd) == 0);
  fd = open("lost", O_CREAT | O_WRONLY, 0700);
  CHECK(write(fd, "#!/no/such/interpreter\n", 23) == 23 && close(fd) == 0);
  CHECK(mkdir("folder", 0700) == 0);
  expect("missing", ENOENT);
  expect("text", ENOEXEC);
  expect("closed", EACCES);
  expect("folder", EACCES);
  expect("lost", ENOENT);
  expect("text/inside", ENOTDIR);
  fd = open("text", O_WRONLY);
  expect("text", ETXTBSY);
  CHECK(value == 3);
  return ok();
}
