#include "device/agent/descriptors.h"

#include <asm/stat.h>
#include <asm/statfs.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/syscall.h>

#include "device/agent/kernel.h"

namespace mecrr::agent {
namespace {

constexpr std::uint64_t kNonblocking = 04000;                                 // O_NONBLOCK
constexpr std::uint64_t kOutOfBand = 1, kDoNotWait = 0x40, kWaitAll = 0x100;  // MSG_OOB …
constexpr std::uint64_t kAlwaysFits = 4096;  // PIPE_BUF: a pipe that is ready takes so much

bool is_known(int fd) {
  return state().descriptors_known != 0 && static_cast<std::uint32_t>(fd) < kDescriptors;
}

// From the mode of a file.
constexpr std::uint32_t kTypeBits = 0170000, kRegular = 0100000, kDirectory = 0040000,
                        kCharacters = 0020000;

/// What poll says of `fd` now.
std::uint32_t readiness(int fd, short events) {
  pollfd polled{fd, events, 0};
  const std::int64_t ready = kernel(SYS_poll, address_of(&polled), 1, 0);
  return ready > 0 ? static_cast<std::uint16_t>(polled.revents) : 0;
}

/// Whether it is a pipe with nothing in it, and with room for so much.
bool is_empty_pipe_of(int fd, std::uint64_t size) {
  const auto pipe = static_cast<std::uint64_t>(fd);
  const std::int64_t room = kernel(SYS_fcntl, pipe, F_GETPIPE_SZ);
  if (room <= 0 || static_cast<std::uint64_t>(room) < size) return false;
  int unread = 0;
  return kernel(SYS_ioctl, pipe, FIONREAD, address_of(&unread)) == 0 && unread == 0;
}

std::uint64_t message_flags(const Call& call) {
  if (call.row->special != Special::kTransfers) return 0;
  const bool has_address = call.number == SYS_sendto || call.number == SYS_recvfrom;
  return call.arguments[has_address ? 3 : 2];
}

template <std::size_t N>
bool ends_with(const char* text, std::size_t size, const char (&tail)[N]) {
  std::size_t left = N - 1;  // without the zero byte
  if (size < left) return false;
  for (; left > 0; --left, --size) {
    if (text[size - 1] != tail[left - 1]) return false;
  }
  return true;
}

/// Memory of a process must be read from outside, where it is as the program wrote it; and its
/// status shows on which cores it may run (device/ptrace/shared_core.h).
bool must_be_a_stop(int fd) {
  char link[] = "/proc/self/fd/\0\0\0\0\0\0\0\0\0\0";
  char digits[12];
  int count = 0;
  for (unsigned rest = static_cast<unsigned>(fd); rest > 0 || count == 0; rest /= 10) {
    digits[count++] = static_cast<char>('0' + rest % 10);
  }
  char* end = link + sizeof "/proc/self/fd/" - 1;
  while (count > 0) *end++ = digits[--count];
  char path[64];
  const std::int64_t size = kernel(SYS_readlink, address_of(link), address_of(path), sizeof path);
  if (size < 0 || size == sizeof path) return true;  // nobody knows
  return ends_with(path, static_cast<std::size_t>(size), "/mem") ||
         ends_with(path, static_cast<std::size_t>(size), "/status");
}

/// A regular file of an ordinary file system.
Descriptor look_at_file(const struct stat& file, For what) {
  if (what == For::kReading) return Descriptor::kNeverWaits;
  const std::uint64_t bit = file.st_ino % kMappedBits;
  const bool is_mapped = (state().mapped_files[bit / 8] >> bit % 8 & 1) != 0;
  return is_mapped ? Descriptor::kStops : Descriptor::kWrittenFile;
}

/// A regular file that says it is empty: the files of /proc do so, whatever is in them.
Descriptor look_at_empty(int fd, const struct stat& file, For what) {
  struct statfs file_system{};
  if (kernel(SYS_fstatfs, static_cast<std::uint64_t>(fd), address_of(&file_system)) != 0)
    return Descriptor::kUnknown;
  switch (file_system.f_type) {
    case PROC_SUPER_MAGIC:
      return must_be_a_stop(fd) ? Descriptor::kStops : Descriptor::kMayWait;
    case TRACEFS_MAGIC:
    case DEBUGFS_MAGIC:
      return Descriptor::kMayWait;
    default:
      return look_at_file(file, what);
  }
}

/// /dev/null, zero, full, random, urandom
bool is_memory_device(std::uint64_t device) {
  return device == 0x103 || device == 0x105 || device == 0x107 || device == 0x108 ||
         device == 0x109;
}

}  // namespace

bool nobody_waits(int fd) {
  const std::int64_t flags = kernel(SYS_fcntl, static_cast<std::uint64_t>(fd), F_GETFL);
  return flags >= 0 && (static_cast<std::uint64_t>(flags) & kNonblocking) != 0;
}

Descriptor known(int fd) { return is_known(fd) ? state().descriptors[fd] : Descriptor::kUnknown; }

void remember(int fd, Descriptor what) {
  if (is_known(fd)) state().descriptors[fd] = what;
}

void forget(std::uint32_t first, std::uint32_t last) {
  if (state().descriptors_known == 0) return;
  for (std::uint32_t fd = first; fd < kDescriptors && fd <= last; ++fd) {
    state().descriptors[fd] = Descriptor::kUnknown;
  }
}

Descriptor look_at(int fd, For what) {
  if (!is_known(fd)) return Descriptor::kUnknown;
  struct stat file{};
  if (kernel(SYS_fstat, static_cast<std::uint64_t>(fd), address_of(&file)) != 0)
    return Descriptor::kUnknown;
  switch (file.st_mode & kTypeBits) {
    case kRegular:
      return file.st_size > 0 ? look_at_file(file, what) : look_at_empty(fd, file, what);
    case kDirectory:
      return Descriptor::kNeverWaits;
    case kCharacters:
      return is_memory_device(file.st_rdev) ? Descriptor::kNeverWaits : Descriptor::kMayWait;
    default:
      return Descriptor::kMayWait;
  }
}

std::uint32_t output_of(Descriptor descriptor) {
  constexpr std::uint32_t kNone = 0, kStdout = 1, kStderr = 2;  // trace.proto: Output
  switch (descriptor) {
    case Descriptor::kStdout:
    case Descriptor::kStdoutMayWait:
      return kStdout;
    case Descriptor::kStderr:
    case Descriptor::kStderrMayWait:
      return kStderr;
    default:
      return kNone;
  }
}

bool is_usable(Descriptor descriptor) {
  if (descriptor == Descriptor::kUnknown) return abandon(Abandoned::kDescriptor);
  return descriptor != Descriptor::kStops || abandon(Abandoned::kMappedFile);
}

bool can_read(const Call& call) {
  switch (call.descriptor) {
    case Descriptor::kNeverWaits:
    case Descriptor::kWrittenFile:
      return true;
    default:  // a terminal that is written to can be read from as well
      break;
  }
  const std::uint64_t flags = message_flags(call);
  if ((flags & kOutOfBand) != 0) return abandon(Abandoned::kCall);
  if ((flags & kDoNotWait) != 0) return true;
  const int fd = call.fd(0);
  if ((flags & kWaitAll) == 0 && readiness(fd, POLLIN) != 0) return true;
  return nobody_waits(fd) || abandon(Abandoned::kWaits);
}

bool can_write(const Call& call, std::uint64_t size) {
  switch (call.descriptor) {
    case Descriptor::kNeverWaits:
    case Descriptor::kWrittenFile:
    case Descriptor::kStdout:
    case Descriptor::kStderr:
      return true;
    default:
      break;
  }
  const int fd = call.fd(0);
  const std::uint32_t ready = readiness(fd, POLLOUT);
  // Nobody reads any more: the call raises SIGPIPE, which must not come while in here.
  if ((ready & (POLLERR | POLLHUP | POLLNVAL)) != 0) return abandon(Abandoned::kCall);
  if ((ready & POLLOUT) != 0 && size <= kAlwaysFits) return true;
  if ((message_flags(call) & kDoNotWait) != 0) return true;
  return nobody_waits(fd) || is_empty_pipe_of(fd, size) || abandon(Abandoned::kWaits);
}

}  // namespace mecrr::agent
