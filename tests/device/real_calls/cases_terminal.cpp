// ioctls of terminals and consoles.
#include <fcntl.h>
#include <linux/kd.h>
#include <linux/vt.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "tests/device/real_calls/cases.h"

namespace mecrr::real_calls {
namespace {

/// The same call on the program's side of a terminal that controls the process.
template <std::uint64_t kCode>
void on_terminal(Scene& scene) {
  const int fd = scene.terminal().ours;
  scene.need(::ioctl(fd, TIOCSCTTY, 0), "TIOCSCTTY");
  scene.ok(SYS_ioctl, fd, kCode, scene.room(128));
}

template <std::uint64_t kCode>
void on_master(Scene& scene) {
  scene.ok(SYS_ioctl, scene.terminal().theirs, kCode, scene.room(128));
}

/// On a virtual console. Not every machine has one.
template <std::uint64_t kCode>
void on_console(Scene& scene) {
  const int fd = ::open("/dev/tty0", O_RDWR | O_NOCTTY);
  const std::uint64_t room = kCode == KDGKBENT ? scene.put(kbentry{}) : scene.room(16);
  if (fd >= 0) scene.call(SYS_ioctl, fd, kCode, room);
}

/// On a serial line.
template <std::uint64_t kCode>
void on_serial_line(Scene& scene) {
  const int fd = ::open("/dev/ttyS0", O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (fd >= 0) scene.call(SYS_ioctl, fd, kCode, scene.room(128));
}

constexpr Case kCases[] = {
    {"TCGETS", on_terminal<0x5401>},          {"TCGETA", on_terminal<0x5405>},
    {"TCGETS2", on_terminal<0x802C542A>},     {"TIOCGPGRP", on_terminal<0x540F>},
    {"TIOCOUTQ", on_terminal<0x5411>},        {"TIOCGWINSZ", on_terminal<0x5413>},
    {"TIOCGSOFTCAR", on_terminal<0x5419>},    {"TIOCINQ", on_terminal<0x541B>},
    {"TIOCGETD", on_terminal<0x5424>},        {"TIOCGSID", on_terminal<0x5429>},
    {"TIOCGLCKTRMIOS", on_terminal<0x5456>},  {"TIOCGEXCL", on_terminal<0x80045440>},
    {"TIOCGDEV", on_terminal<0x80045432>},    {"TIOCGPTN", on_master<0x80045430>},
    {"TIOCGPKT", on_master<0x80045438>},      {"TIOCGPTLCK", on_master<0x80045439>},
    {"TIOCMGET", on_serial_line<0x5415>},     {"TIOCGSERIAL", on_serial_line<0x541E>},
    {"TIOCGICOUNT", on_serial_line<0x545D>},  {"KDGETLED", on_console<KDGETLED>},
    {"KDGKBTYPE", on_console<KDGKBTYPE>},     {"KDGETMODE", on_console<KDGETMODE>},
    {"KDGKBMODE", on_console<KDGKBMODE>},     {"KDGKBENT", on_console<KDGKBENT>},
    {"KDGKBMETA", on_console<KDGKBMETA>},     {"KDGKBLED", on_console<KDGKBLED>},
    {"VT_OPENQRY", on_console<VT_OPENQRY>},   {"VT_GETMODE", on_console<VT_GETMODE>},
    {"VT_GETSTATE", on_console<VT_GETSTATE>},
};

}  // namespace

std::span<const Case> terminal_cases() { return kCases; }

}  // namespace mecrr::real_calls
