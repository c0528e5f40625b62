// User, group, process and session ids hang together.
#include <grp.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(void) {
  uid_t real, effective, saved;
  gid_t group, effective_group, saved_group;
  CHECK(getresuid(&real, &effective, &saved) == 0 && real == getuid() && effective == geteuid());
  CHECK(getresgid(&group, &effective_group, &saved_group) == 0 && group == getgid());
  int groups = getgroups(0, NULL);
  CHECK(groups >= 0 && groups < 65536);
  gid_t* list = (gid_t*)malloc((groups + 1) * sizeof(gid_t));
  list[groups] = 0x5a5a5a5a;
  CHECK(getgroups(groups, list) == groups && list[groups] == 0x5a5a5a5a);
  free(list);
  CHECK(getpid() == syscall(SYS_gettid) && gettid() == getpid() && getppid() > 0);
  CHECK(getpgid(0) == getpgrp() && getsid(0) > 0);
  CHECK(setresuid(real, effective, saved) == 0 && setuid(getuid()) == 0);
  CHECK((uid_t)setfsuid(-1) == geteuid());
  return ok();
}
