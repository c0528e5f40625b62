// posix_spawn starts a program with its files redirected, its signals reset, and reports failure.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>

#include "tests/programs/check.h"

int main(void) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t defaults;
  CHECK(posix_spawn_file_actions_init(&actions) == 0 && posix_spawnattr_init(&attributes) == 0);
  CHECK(posix_spawn_file_actions_addopen(&actions, 1, "out", O_WRONLY | O_CREAT, 0600) == 0);
  CHECK(posix_spawn_file_actions_adddup2(&actions, 1, 2) == 0);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGTERM);
  CHECK(posix_spawnattr_setsigdefault(&attributes, &defaults) == 0);
  CHECK(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP) == 0);
  signal(SIGTERM, SIG_IGN);
  char* arguments[] = {"sh", "-c", "echo spawned; echo error >&2; kill -TERM $$; exit 3", NULL};
  pid_t child;
  CHECK(posix_spawn(&child, "/bin/sh", &actions, &attributes, arguments, environ) == 0);
  expect_killed(child, SIGTERM);
  char text[32] = "";
  int fd = open("out", O_RDONLY);
  CHECK(read(fd, text, sizeof text - 1) == 14 && strcmp(text, "spawned\nerror\n") == 0);
  CHECK(posix_spawn(&child, "/nothing/here", NULL, NULL, arguments, environ) == ENOENT);
  return ok();
}
