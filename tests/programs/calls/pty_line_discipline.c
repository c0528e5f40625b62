// A pseudo-terminal of our own: line editing, echo, newline translation, raw mode.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "tests/programs/check.h"

int main(void) {
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0) skip("no pseudo-terminals here");
  CHECK(grantpt(master) == 0 && unlockpt(master) == 0);
  char name[64];
  CHECK(ptsname_r(master, name, sizeof name) == 0);
  int slave = open(name, O_RDWR | O_NOCTTY);
  CHECK(slave >= 0 && isatty(slave));
  char text[32] = "";
  CHECK(write(master, "ab\177c\n", 5) == 5);  // b is rubbed out
  CHECK(read(slave, text, sizeof text) == 3 && strcmp(text, "ac\n") == 0);
  CHECK(read(master, text, sizeof text) >= 4);  // the echo
  struct termios modes;
  CHECK(tcgetattr(slave, &modes) == 0 && (modes.c_lflag & ICANON));
  cfmakeraw(&modes);
  CHECK(tcsetattr(slave, TCSAFLUSH, &modes) == 0);
  CHECK(write(master, "\003\177", 2) == 2 && read(slave, text, 2) == 2 && text[0] == 3);
  CHECK(write(slave, "\n", 1) == 1 && read(master, text, sizeof text) == 1);
  struct winsize size = {24, 80, 1, 2}, back;
  CHECK(ioctl(master, TIOCSWINSZ, &size) == 0 && ioctl(slave, TIOCGWINSZ, &back) == 0);
  CHECK(back.ws_row == 24 && back.ws_col == 80 && back.ws_ypixel == 2);
  CHECK(close(slave) == 0 && read(master, text, sizeof text) == -1 && errno == EIO);
  return ok();
}
