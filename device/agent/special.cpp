#include "device/agent/special.h"

#include <cerrno>

#include "device/agent/descriptors.h"
#include "device/agent/kernel.h"
#include "device/agent/shaping.h"
#include "device/agent/waiting.h"

namespace mecrr::agent {
namespace {

constexpr std::uint32_t kFcntlCommand = 1;
constexpr std::uint64_t kLockNoWait = 4 | 8;  // LOCK_NB, LOCK_UN

/// Closing waits where SO_LINGER or a terminal says so: what is unknown may be such a one, if it is
/// anything.
bool can_close(int fd) {
  if (known(fd) != Descriptor::kUnknown) return true;
  const std::int64_t flags = kernel(SYS_fcntl, static_cast<std::uint64_t>(fd), F_GETFD);
  return flags == -EBADF || abandon(Abandoned::kDescriptor);
}

/// The word is looked at first: no other task of this memory runs meanwhile.
bool can_use_futex(const Call& call) {
  const std::uint64_t command =
      call.arguments[1] & ~std::uint64_t{FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME};
  if (command != FUTEX_WAIT && command != FUTEX_WAIT_BITSET) return true;
  const std::uint64_t word = call.arguments[0];
  if (word == 0 || word % sizeof(std::uint32_t) != 0) return abandon(Abandoned::kCall);
  const bool waits =
      *at<const volatile std::uint32_t>(word) == static_cast<std::uint32_t>(call.arguments[2]);
  return !waits || abandon(Abandoned::kWaits);
}

/// A signal that waits must come before the call returns.
bool can_set_mask(const Call& call) {
  constexpr std::uint64_t kBlock = 0, kUnblock = 1;
  if (call.arguments[1] == 0 || call.arguments[0] == kBlock) return true;
  if (call.arguments[3] != sizeof(std::uint64_t)) return abandon(Abandoned::kCall);
  std::uint64_t pending = 0;
  if (kernel(SYS_rt_sigpending, address_of(&pending), sizeof pending) != 0)
    return abandon(Abandoned::kCall);
  const std::uint64_t set = load<std::uint64_t>(call.arguments[1]);
  const std::uint64_t unblocked = call.arguments[0] == kUnblock ? set : ~set;
  return (pending & unblocked) == 0 || abandon(Abandoned::kCall);
}

For purpose_of(const Call& call) {
  constexpr std::uint64_t kAccessMode = 3;  // O_ACCMODE; 0 is O_RDONLY
  std::uint64_t flags = 0;
  switch (call.number) {
    case SYS_open:
      flags = call.arguments[1];
      break;
    case SYS_openat:
      flags = call.arguments[2];
      break;
    case SYS_openat2:
      flags = load<std::uint64_t>(call.arguments[2]);
      break;
    default:  // creat, memfd_create
      return For::kWriting;
  }
  return (flags & kAccessMode) == 0 ? For::kReading : For::kWriting;
}

void note_pair(std::uint64_t pair) {
  remember(load<int>(pair), Descriptor::kMayWait);
  remember(load<int>(pair + sizeof(int)), Descriptor::kMayWait);
}

}  // namespace

bool look_at_special(const Call& call) {
  switch (call.row->special) {
    case Special::kShapes:
      return can_shape(call);
    case Special::kClosesMany:
      return abandon(Abandoned::kCall);
    case Special::kCloses:
      return can_close(call.fd(0));
    case Special::kReplaces:
      return can_close(call.fd(1));
    case Special::kConnects:
      return nobody_waits(call.fd(0)) || abandon(Abandoned::kWaits);
    case Special::kFutex:
      return can_use_futex(call);
    case Special::kFlock:
      return (call.arguments[1] & kLockNoWait) != 0 || abandon(Abandoned::kWaits);
    case Special::kMask:
      return can_set_mask(call);
    case Special::kLimit:
      return call.arguments[2] == 0 || abandon(Abandoned::kCall);
    default:
      return true;
  }
}

std::int64_t make_special(const Call& call) {
  const std::uint64_t* a = call.arguments;
  switch (call.row->special) {
    case Special::kShapes:
      return shape(call);
    case Special::kPoll:
      return try_poll(call);
    case Special::kPpoll:
      return try_ppoll(call);
    case Special::kSelect:
    case Special::kPselect:
      return try_select(call);
    case Special::kEpollWait:
    case Special::kEpollWait2:
      return try_epoll_wait(call);
    default:
      return kernel(call.number, a[0], a[1], a[2], a[3], a[4], a[5]);
  }
}

void note_descriptors(const Call& call, std::int64_t result) {
  if (call.row->special == Special::kCloses) {  // it is closed even if it fails
    forget(static_cast<std::uint32_t>(call.arguments[0]),
           static_cast<std::uint32_t>(call.arguments[0]));
    return;
  }
  if (result < 0) return;
  const int made = static_cast<int>(result);
  switch (call.row->special) {
    case Special::kOpens:
      remember(made, look_at(made, purpose_of(call)));
      break;
    case Special::kMakes:
    case Special::kAccepts:
      remember(made, Descriptor::kMayWait);
      break;
    case Special::kMakesPair:
      note_pair(call.arguments[call.number == SYS_socketpair ? 3 : 0]);
      break;
    case Special::kDuplicates:
    case Special::kReplaces:
      remember(made, known(call.fd(0)));
      break;
    case Special::kFcntl:
      if (call.arguments[kFcntlCommand] == F_DUPFD ||
          call.arguments[kFcntlCommand] == F_DUPFD_CLOEXEC)
        remember(made, known(call.fd(0)));
      break;
    default:
      break;
  }
}

void forget_closed(std::uint64_t number, const AgentState& registers) {
  const auto first = static_cast<std::uint32_t>(registers.rdi);
  const auto second = static_cast<std::uint32_t>(registers.rsi);
  switch (number) {
    case SYS_close:
      forget(first, first);
      break;
    case SYS_dup2:
    case SYS_dup3:
      forget(second, second);
      break;
    case SYS_close_range:
      forget(first, second);
      break;
    case SYS_setsockopt:  // from now on closing it may wait
      if (second == SOL_SOCKET && static_cast<std::uint32_t>(registers.rdx) == SO_LINGER)
        forget(first, first);
      break;
    default:
      break;
  }
}

}  // namespace mecrr::agent
