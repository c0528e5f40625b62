// execve gives the new program exactly these arguments and this environment.
#include "tests/programs/check.h"

int main(int argc, char** argv) {
  if (argc == 4) {
    CHECK(strcmp(argv[0], "other-name") == 0 && strcmp(argv[1], "") == 0);
    CHECK(strcmp(argv[2], "two words") == 0 && strcmp(argv[3], "\xff\x01") == 0);
    CHECK(environ[0] && strcmp(environ[0], "ONLY=this") == 0 && !environ[1]);
    return ok();
  }
  char* arguments[] = {"other-name", "", "two words", "\xff\x01", NULL};
  char* environment[] = {"ONLY=this", NULL};
  execve("/proc/self/exe", arguments, environment);
  CHECK(!"reached");
}
