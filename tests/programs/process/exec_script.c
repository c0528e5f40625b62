// A script with a #! line is run by its interpreter with the one argument of that line.
#include <fcntl.h>
#include <sys/stat.h>

#include "tests/programs/check.h"

static void make(const char* name, const char* text) {
  int fd = open(name, O_CREAT | O_WRONLY, 0700);
  CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && close(fd) == 0);
}

static void expect(const char* name, int code) {
  pid_t child = fork();
  if (child == 0) {
    execl(name, name, "first", "second", (char*)NULL);
    _exit(99);
  }
  expect_exit(child, code);
}

int main(void) {
  make("script", "#!/bin/sh -e\n[ \"$1 $2\" = 'first second' ] || exit 1\nfalse\nexit 5\n");
  expect("./script", 1);  // -e: ends at false
  make("plain", "#! /bin/sh\necho from the script: $2\nexit 6\n");
  expect("./plain", 6);
  make("nested", "#!./plain\n");
  expect("./nested", 6);
  return ok();
}
