// A directory of 300 entries is listed completely, from the start and again after rewinding.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "tests/programs/check.h"

static int count(DIR* folder) {
  int entries = 0;
  while (readdir(folder)) entries++;
  return entries;
}

int main(void) {
  char name[32];
  for (int i = 0; i < 300; i++) {
    snprintf(name, sizeof name, "entry-%03d", i);
    int fd = open(name, O_CREAT | O_WRONLY, 0600);
    CHECK(fd >= 0 && close(fd) == 0);
  }
  CHECK(mkdir("folder", 0700) == 0);
  DIR* folder = opendir(".");
  CHECK(folder);
  CHECK(count(folder) == 303);  // with . and .. and the folder
  rewinddir(folder);
  CHECK(readdir(folder));
  long here = telldir(folder);
  int rest = count(folder);
  CHECK(rest == 302);
  seekdir(folder, here);
  CHECK(count(folder) == rest);
  CHECK(closedir(folder) == 0);
  struct dirent** names;
  CHECK(scandir(".", &names, NULL, alphasort) == 303);
  CHECK(strcmp(names[2]->d_name, "entry-000") == 0 && strcmp(names[302]->d_name, "folder") == 0);
  CHECK(names[302]->d_type == DT_DIR || names[302]->d_type == DT_UNKNOWN);
  return ok();
}
