// uname, sysinfo, gethostname and sysconf describe the machine that recorded.
// output: varies
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include "tests/programs/check.h"

int main(void) {
  struct utsname system;
  struct sysinfo info;
  char host[256];
  CHECK(uname(&system) == 0 && strcmp(system.sysname, "Linux") == 0);
  CHECK(strcmp(system.machine, "x86_64") == 0);
  CHECK(sysinfo(&info) == 0 && info.totalram > 0 && info.procs > 0);
  CHECK(gethostname(host, sizeof host) == 0 && strcmp(host, system.nodename) == 0);
  printf("%s %s, up %ld, free %lu, load %lu\n", system.release, host, info.uptime, info.freeram,
         info.loads[0]);
  printf("%ld of %ld processors\n", sysconf(_SC_NPROCESSORS_ONLN), sysconf(_SC_NPROCESSORS_CONF));
  return ok();
}
