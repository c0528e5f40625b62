#include "device/agent/waiting.h"

#include <poll.h>

#include "device/agent/kernel.h"
#include "device/agent/special.h"

namespace mecrr::agent {
namespace {

constexpr std::uint64_t kMaxPolled = 512;
constexpr std::uint64_t kMaxSetBits = 1024;  // FD_SETSIZE
constexpr std::uint64_t kWordBits = 64;

/// A timespec or timeval.
struct Time {
  std::int64_t seconds;
  std::int64_t fraction;
};

/// Of a pointer to a time: whether there is nothing to wait for. Not a valid time: nobody knows.
bool is_zero(std::uint64_t pointer) {
  if (pointer == 0) return false;
  const Time time = load<Time>(pointer);
  return time.seconds == 0 && time.fraction == 0;
}
bool is_valid(std::uint64_t pointer, std::int64_t second) {
  if (pointer == 0) return true;
  const Time time = load<Time>(pointer);
  return time.seconds >= 0 && time.fraction >= 0 && time.fraction < second;
}

/// Polls a copy, and copies what came of it. `wait` is null or the timeout of ppoll.
std::int64_t poll_copy(const Call& call, bool may_wait, Time* wait) {
  const std::uint64_t array = call.arguments[0];
  const std::uint64_t count = static_cast<std::uint32_t>(call.arguments[1]);
  if (count > kMaxPolled) return kWouldWait;
  pollfd copied[kMaxPolled];
  copy(address_of(copied), array, count * sizeof(pollfd));
  const std::int64_t ready = wait == nullptr
                                 ? kernel(SYS_poll, address_of(copied), count, 0)
                                 : kernel(SYS_ppoll, address_of(copied), count, address_of(wait),
                                          call.arguments[3], call.arguments[4]);
  if (ready == 0 && may_wait) return kWouldWait;
  for (std::uint64_t i = 0; ready >= 0 && i < count; ++i) {
    at<pollfd>(array)[i].revents = copied[i].revents;
  }
  return ready;
}

}  // namespace

std::int64_t try_poll(const Call& call) {
  return poll_copy(call, static_cast<std::int32_t>(call.arguments[2]) != 0, nullptr);
}

std::int64_t try_ppoll(const Call& call) {
  const std::uint64_t timeout = call.arguments[2];
  if (!is_valid(timeout, 1'000'000'000)) return kWouldWait;
  Time none{0, 0};
  return poll_copy(call, !is_zero(timeout), &none);
}

std::int64_t try_select(const Call& call) {
  const std::uint64_t* a = call.arguments;
  const std::uint64_t timeout = a[4];
  const bool is_select = call.row->special == Special::kSelect;
  const auto count = static_cast<std::int32_t>(a[0]);
  if (count < 0 || static_cast<std::uint64_t>(count) > kMaxSetBits) return kWouldWait;
  if (!is_valid(timeout, is_select ? 1'000'000 : 1'000'000'000)) return kWouldWait;
  const std::uint64_t words = (static_cast<std::uint64_t>(count) + kWordBits - 1) / kWordBits;
  std::uint64_t sets[3][kMaxSetBits / kWordBits];
  std::uint64_t copies[3];
  for (unsigned i = 0; i < 3; ++i) {
    copies[i] = a[1 + i] == 0 ? 0 : address_of(sets[i]);
    if (copies[i] != 0) copy(copies[i], a[1 + i], words * sizeof(std::uint64_t));
  }
  Time none{0, 0};
  const std::int64_t ready = kernel(call.number, a[0], copies[0], copies[1], copies[2],
                                    address_of(&none), is_select ? 0 : a[5]);
  if (ready == 0 && !is_zero(timeout)) return kWouldWait;
  for (unsigned i = 0; ready >= 0 && i < 3; ++i) {
    if (copies[i] != 0) copy(a[1 + i], copies[i], words * sizeof(std::uint64_t));
  }
  return ready;
}

std::int64_t try_epoll_wait(const Call& call) {
  const std::uint64_t* a = call.arguments;
  const bool by_pointer = call.row->special == Special::kEpollWait2;
  if (by_pointer && !is_valid(a[3], 1'000'000'000)) return kWouldWait;
  const bool may_wait = by_pointer ? !is_zero(a[3]) : static_cast<std::int32_t>(a[3]) != 0;
  Time none{0, 0};
  const std::int64_t ready =
      kernel(call.number, a[0], a[1], a[2], by_pointer ? address_of(&none) : 0, a[4], a[5]);
  return ready == 0 && may_wait ? kWouldWait : ready;
}

}  // namespace mecrr::agent
