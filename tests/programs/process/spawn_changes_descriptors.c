// What a spawned child does to its descriptors before its program begins is not done to its
// parent's.
#include <fcntl.h>
#include <spawn.h>

#include "tests/programs/check.h"

static void expect_parent_unchanged(int zero, int file, const int* pipe_ends) {
  char bytes[8];
  CHECK(read(zero, bytes, 8) == 8 && bytes[0] == 0 && bytes[7] == 0);
  CHECK(pread(file, bytes, 8, 0) == 8 && memcmp(bytes, "contents", 8) == 0);
  CHECK(write(pipe_ends[1], "piped", 5) == 5 && read(pipe_ends[0], bytes, 8) == 5);
  CHECK(memcmp(bytes, "piped", 5) == 0);
}

int main(void) {
  char* arguments[] = {"sh", "-c", "read line; echo $line; read line <&9; echo $line", NULL};
  char* environment[] = {NULL};
  const int file = open("file", O_RDWR | O_CREAT, 0600), zero = open("/dev/zero", O_RDONLY);
  int ends[2], output[2];
  CHECK(file >= 0 && zero >= 0 && write(file, "contents\n", 9) == 9);
  CHECK(dup2(zero, 9) == 9 && pipe(ends) == 0);
  for (int i = 0; i < 15; i++) {
    CHECK(pipe(output) == 0 && lseek(file, 0, SEEK_SET) == 0);
    expect_parent_unchanged(9, file, ends);
    posix_spawn_file_actions_t actions;
    CHECK(posix_spawn_file_actions_init(&actions) == 0);
    CHECK(posix_spawn_file_actions_adddup2(&actions, file, 0) == 0);
    CHECK(posix_spawn_file_actions_addopen(&actions, 9, "file", O_RDONLY, 0) == 0);
    CHECK(posix_spawn_file_actions_addclose(&actions, file) == 0);
    CHECK(posix_spawn_file_actions_adddup2(&actions, output[1], 1) == 0);
    CHECK(posix_spawn_file_actions_addclose(&actions, ends[0]) == 0);
    CHECK(posix_spawn_file_actions_adddup2(&actions, output[1], zero) == 0);
    pid_t child;
    CHECK(posix_spawn(&child, "/bin/sh", &actions, NULL, arguments, environment) == 0);
    for (int j = 0; j < 20; j++) expect_parent_unchanged(i % 2 == 0 ? 9 : zero, file, ends);
    expect_exit(child, 0);
    CHECK(posix_spawn_file_actions_destroy(&actions) == 0 && close(output[1]) == 0);
    char said[32];
    size_t length = 0;
    for (ssize_t got; (got = read(output[0], said + length, sizeof said - length)) > 0;)
      length += (size_t)got;
    CHECK(length == 18 && memcmp(said, "contents\ncontents\n", 18) == 0 && close(output[0]) == 0);
    expect_parent_unchanged(zero, file, ends);
  }
  return ok();
}
