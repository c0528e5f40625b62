// What every test program shares: a check that names its line, waiting for a child, the closing
// "ok".
#pragma once

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(condition)                                            \
  do {                                                              \
    if (!(condition)) check_failed(__FILE__, __LINE__, #condition); \
  } while (0)

// Written with one write and left with _exit, so that it is right in a forked child and in a
// thread.
__attribute__((noreturn, unused)) static void check_failed(const char* file, int line,
                                                           const char* condition) {
  int error = errno;
  dprintf(STDERR_FILENO, "%s:%d: not so: %s (errno %d, %s)\n", file, line, condition, error,
          strerror(error));
  _exit(1);
}

// Waits for `child` and checks that it exited with `code`.
__attribute__((unused)) static void expect_exit(pid_t child, int code) {
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == code);
}

// Waits for `child` and checks that `signal` killed it.
__attribute__((unused)) static void expect_killed(pid_t child, int signal) {
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == signal);
}

// The environment truly lacks what the program is about: the harness counts exit 77 as skipped.
__attribute__((noreturn, unused)) static void skip(const char* why) {
  printf("skipped: %s\n", why);
  exit(77);
}

__attribute__((unused)) static int ok(void) {
  puts("ok");
  return 0;
}
