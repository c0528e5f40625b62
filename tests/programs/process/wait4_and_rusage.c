// wait4 gives status and resource usage, writes neither when nobody has ended.
#include <signal.h>
#include <sys/resource.h>

#include "tests/programs/check.h"

int main(void) {
  int go[2], status = 0x5a5a;
  CHECK(pipe(go) == 0);
  pid_t child = fork();
  if (child == 0) {
    char byte;
    CHECK(read(go[0], &byte, 1) == 1);
    _exit(1);
  }
  struct rusage used;
  memset(&used, 0x5a, sizeof used);
  CHECK(wait4(child, &status, WNOHANG, &used) == 0 && status == 0x5a5a);
  CHECK(write(go[1], "x", 1) == 1);
  CHECK(wait4(-1, &status, 0, &used) == child && WIFEXITED(status) && WEXITSTATUS(status) == 1);
  CHECK(used.ru_maxrss > 0 && used.ru_utime.tv_sec < 60);
  CHECK(wait4(-1, &status, WNOHANG, &used) == -1 && errno == ECHILD);
  CHECK(waitpid(-999999, &status, 0) == -1 && errno == ECHILD);
  return ok();
}
