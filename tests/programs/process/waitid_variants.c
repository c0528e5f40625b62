// waitid by pid and by group, without taking (WNOWAIT) and without waiting (WNOHANG).
#include <signal.h>

#include "tests/programs/check.h"

int main(void) {
  pid_t child = fork();
  if (child == 0) {
    for (;;) pause();
  }
  siginfo_t info;
  memset(&info, 0x5a, sizeof info);
  CHECK(waitid(P_PID, child, &info, WEXITED | WNOHANG) == 0 && info.si_pid == 0);
  CHECK(kill(child, SIGTERM) == 0);
  CHECK(waitid(P_PID, child, &info, WEXITED | WNOWAIT) == 0 && info.si_pid == child);
  CHECK(waitid(P_PGID, getpgrp(), &info, WEXITED) == 0 && info.si_pid == child);
  CHECK(info.si_code == CLD_KILLED && info.si_status == SIGTERM && info.si_uid == getuid());
  CHECK(waitid(P_ALL, 0, &info, WEXITED) == -1 && errno == ECHILD);
  CHECK(waitid(P_PID, child, &info, 0) == -1 && errno == EINVAL);
  return ok();
}
