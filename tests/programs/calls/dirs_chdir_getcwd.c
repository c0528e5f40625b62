// chdir and fchdir move; getcwd tells where to, and refuses a buffer that is too short.
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "tests/programs/check.h"

int main(void) {
  char before[PATH_MAX], after[PATH_MAX];
  CHECK(getcwd(before, sizeof before));
  int here = open(".", O_RDONLY | O_DIRECTORY);
  CHECK(here >= 0 && mkdir("sub", 0700) == 0 && chdir("sub") == 0);
  CHECK(getcwd(after, sizeof after));
  CHECK(strncmp(before, after, strlen(before)) == 0 && strcmp(after + strlen(before), "/sub") == 0);
  CHECK(!getcwd(after, 3) && errno == ERANGE);
  CHECK(fchdir(here) == 0 && getcwd(after, sizeof after) && strcmp(before, after) == 0);
  CHECK(chdir("nothing") == -1 && errno == ENOENT);
  return ok();
}
