// The terminal on standard input: its size, modes and foreground group are the program's own.
// needs: pty
#include <sys/ioctl.h>
#include <termios.h>

#include "tests/programs/check.h"

int main(void) {
  CHECK(isatty(0));
  struct winsize size;
  CHECK(ioctl(0, TIOCGWINSZ, &size) == 0 && size.ws_row == 30 && size.ws_col == 100);
  CHECK(tcgetsid(0) == getsid(0) && tcgetpgrp(0) == getpgrp());
  struct termios before, raw;
  CHECK(tcgetattr(0, &before) == 0);
  raw = before;
  cfmakeraw(&raw);
  CHECK(tcsetattr(0, TCSANOW, &raw) == 0 && tcsetattr(0, TCSANOW, &before) == 0);
  char name[64];
  CHECK(ttyname_r(0, name, sizeof name) == 0 && strncmp(name, "/dev/", 5) == 0);
  char path[L_ctermid];
  CHECK(strcmp(ctermid(path), "/dev/tty") == 0);
  return ok();
}
