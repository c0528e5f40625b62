#include "recorder/held_signals.h"

#include <sys/syscall.h>

#include <charconv>

#include "base/files.h"
#include "device/calls/table.h"
#include "recorder/signals.h"

namespace mecrr {
namespace {

using SignalSet = std::uint64_t;  // bit n-1 is signal n

SignalSet bit_of(int signal) { return SignalSet{1} << (signal - 1); }

/// Calls that take signals out of the task's queues: which ones.
Result<SignalSet> taken_by(const SystemCall& call, const StoppedTask& task) {
  switch (call.number) {
    case SYS_rt_sigtimedwait:
      return read_object<SignalSet>(task, RemoteAddress(call.arguments[0])).value_or(0);
    case SYS_read:
    case SYS_readv:
    case SYS_preadv2:
      break;
    default:
      return SignalSet{0};
  }
  const auto descriptor = static_cast<int>(call.arguments[0]);
  const auto about = read_text_file(fmt::format("/proc/{}/fdinfo/{}", task.tid(), descriptor));
  if (!about) return SignalSet{0};
  static constexpr std::string_view kLabel = "\nsigmask:\t";  // of a signalfd, and no other
  const std::size_t at = about->find(kLabel);
  if (at == std::string::npos) return SignalSet{0};
  const char* digits = about->data() + at + kLabel.size();
  SignalSet set = 0;
  const auto read = std::from_chars(digits, about->data() + about->size(), set, 16);
  if (read.ec != std::errc{}) return fail("/proc/{}/fdinfo has a strange sigmask", task.tid());
  return set;
}

/// The mask that the call puts in the place of the task's own as long as it waits.
Result<std::optional<SignalSet>> mask_during(const SystemCall& call, const StoppedTask& task) {
  RemoteAddress mask;
  switch (call.number) {
    case SYS_rt_sigsuspend:
      mask = RemoteAddress(call.arguments[0]);
      break;
    case SYS_ppoll:
      mask = RemoteAddress(call.arguments[3]);
      break;
    case SYS_epoll_pwait:
    case SYS_epoll_pwait2:
      mask = RemoteAddress(call.arguments[4]);
      break;
    case SYS_pselect6: {
      const RemoteAddress pair(call.arguments[5]);  // the mask's address, and its size
      if (pair.is_null()) return std::nullopt;
      mask = RemoteAddress(read_object<std::uint64_t>(task, pair).value_or(0));
      break;
    }
    default:
      return std::nullopt;
  }
  if (mask.is_null()) return std::nullopt;
  const auto set = read_object<SignalSet>(task, mask);
  if (!set) return std::nullopt;  // the call fails with EFAULT
  return *set;
}

bool may_wait(const SystemCall& call) {
  const auto form = calls::form_of(call);
  return form && (*form)->blocks == calls::Blocks::kMaybe &&
         (*form)->replay == calls::Replay::kAnswer;
}

}  // namespace

bool is_in(std::uint64_t set, int signal) { return (set & bit_of(signal)) != 0; }

void hold(std::deque<siginfo_t>& held, const siginfo_t& info) {
  constexpr int kFirstRealTime = 32;  // signal(7); the C library's SIGRTMIN is higher
  cancel_opposites(held, info.si_signo);
  const bool is_there = std::ranges::find(held, info.si_signo, &siginfo_t::si_signo) != held.end();
  if (info.si_signo < kFirstRealTime && is_there) return;
  held.push_back(info);
}

void cancel_opposites(std::deque<siginfo_t>& held, int signal) {
  if (signal != SIGCONT && !is_stop_signal(signal)) return;
  std::erase_if(held, [signal](const siginfo_t& info) {
    return signal == SIGCONT ? is_stop_signal(info.si_signo) : info.si_signo == SIGCONT;
  });
}

Result<std::optional<ArrivingSignal>> take_held(std::deque<siginfo_t>& held, const SystemCall& call,
                                                const StoppedTask& task) {
  if (held.empty()) return std::nullopt;
  const SignalSet blocked = TRY(task.blocked_signals());
  const SignalSet blocked_during = TRY(mask_during(call, task)).value_or(blocked);
  const SignalSet taken = TRY(taken_by(call, task));
  const bool waits = may_wait(call);
  for (auto at = held.begin(); at != held.end(); ++at) {
    const SignalSet signal = bit_of(at->si_signo);
    const bool comes_inside = waits && (signal & (blocked_during | taken)) == 0;
    if (!comes_inside && (signal & blocked) != 0) continue;
    const ArrivingSignal arriving{*at, comes_inside ? Arrival::kInCall : Arrival::kBeforeCall};
    held.erase(at);
    return arriving;
  }
  return std::nullopt;
}

Result<std::optional<siginfo_t>> take_unblocked(std::deque<siginfo_t>& held,
                                                const StoppedTask& task) {
  if (held.empty()) return std::nullopt;
  const SignalSet blocked = TRY(task.blocked_signals());
  const auto at = std::ranges::find_if(
      held, [&](const siginfo_t& info) { return (bit_of(info.si_signo) & blocked) == 0; });
  if (at == held.end()) return std::nullopt;
  const siginfo_t info = *at;
  held.erase(at);
  return info;
}

}  // namespace mecrr
