// Exec with a megabyte of arguments.
#include "tests/programs/check.h"

enum { kArguments = 2000, kLength = 500 };

int main(int argc, char** argv) {
  if (argc > 1) {
    CHECK(argc == kArguments);
    for (int i = 1; i < argc; i++) {
      CHECK(strlen(argv[i]) == kLength && argv[i][0] == 'a' + i % 26);
    }
    return ok();
  }
  char** arguments = (char**)calloc(kArguments + 1, sizeof(char*));
  arguments[0] = argv[0];
  for (int i = 1; i < kArguments; i++) {
    arguments[i] = (char*)malloc(kLength + 1);
    memset(arguments[i], 'a' + i % 26, kLength);
    arguments[i][kLength] = 0;
  }
  execv("/proc/self/exe", arguments);
  CHECK(!"reached");
}
