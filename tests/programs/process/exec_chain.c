// A program execs itself ten times: the pid stays, memory is new each time.
#include "tests/programs/check.h"

static int fresh = 5;

int main(int argc, char** argv) {
  CHECK(fresh == 5);
  fresh = 6;
  char* start = (char*)sbrk(4096);
  CHECK(start[0] == 0);
  int left = argc > 1 ? atoi(argv[1]) : 10;
  pid_t pid = argc > 2 ? atoi(argv[2]) : getpid();
  CHECK(getpid() == pid);
  if (left == 0) return ok();
  char left_text[16], pid_text[16];
  snprintf(left_text, sizeof left_text, "%d", left - 1);
  snprintf(pid_text, sizeof pid_text, "%d", pid);
  execl("/proc/self/exe", "exec_chain", left_text, pid_text, (char*)NULL);
  CHECK(!"reached");
}
