// process_vm_readv copies from this process and a child; process_vm_writev to a child, if allowed.
// warns: process_vm_writev
#include <signal.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "tests/programs/check.h"

static char source[64] = "remote memory", target[64];

int main(void) {
  struct iovec local = {target, sizeof target}, remote = {source, sizeof source};
  ssize_t result = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
  if (result == -1 && (errno == ENOSYS || errno == EPERM)) skip("process_vm_readv is not allowed");
  CHECK(result == 64 && strcmp(target, "remote memory") == 0);
  int ready[2], go[2];
  char byte = 'x';
  CHECK(pipe(ready) == 0 && pipe(go) == 0);
  pid_t child = fork();
  if (child == 0) {
    strcpy(source, "of the child");
    CHECK(write(ready[1], &byte, 1) == 1 && read(go[0], &byte, 1) == 1);
    _exit(strcmp(source, "changed") == 0 ? 9 : 8);
  }
  CHECK(read(ready[0], &byte, 1) == 1);
  CHECK(process_vm_readv(child, &local, 1, &remote, 1, 0) == 64);
  CHECK(strcmp(target, "of the child") == 0);
  strcpy(target, "changed");
  result = process_vm_writev(child, &local, 1, &remote, 1, 0);
  CHECK(result == 64 || (result == -1 && errno == ENOSYS));
  CHECK(write(go[1], &byte, 1) == 1);
  expect_exit(child, result == 64 ? 9 : 8);
  return ok();
}
