// gettimeofday, time, ftime's kin and strftime.
// output: varies
#include <sys/time.h>
#include <time.h>

#include "tests/programs/check.h"

int main(void) {
  struct timeval now;
  CHECK(gettimeofday(&now, NULL) == 0);
  time_t seconds = time(NULL), same;
  CHECK(time(&same) == same && same >= seconds && seconds >= now.tv_sec - 1);
  struct timespec spec;
  CHECK(timespec_get(&spec, TIME_UTC) == TIME_UTC && spec.tv_sec >= now.tv_sec);
  struct tm parts;
  char text[64];
  CHECK(localtime_r(&seconds, &parts) && mktime(&parts) == seconds);
  CHECK(strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %Z", &parts) > 0);
  printf("%s %ld.%06ld, clock %ld\n", text, (long)now.tv_sec, (long)now.tv_usec, (long)clock());
  return ok();
}
