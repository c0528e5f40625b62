// Results of calls: which are errors, and the names of errors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mecrr::calls {

// What the kernel leaves in rax, as a tracer sees it, when a signal interrupts a call. Programs
// never see these: they see EINTR, or the call is made again.
inline constexpr int kRestartSys =
    512;  // ERESTARTSYS: again, if the handler is SA_RESTART or there is none
inline constexpr int kRestartNoIntr = 513;  // ERESTARTNOINTR: again
inline constexpr int kRestartNoHand = 514;  // ERESTARTNOHAND: again, if there is no handler
inline constexpr int kRestartRestartBlock =
    516;  // ERESTART_RESTARTBLOCK: goes on by restart_syscall, if there is no handler

inline constexpr int kMaxErrno = 4095;

/// Whether a raw result is a negated errno (or ERESTART code); anything else is a value, addresses
/// included.
constexpr bool is_error(std::int64_t result) { return result < 0 && result >= -kMaxErrno; }

/// Whether a signal ended the call early: the ERESTART codes, and EINTR.
constexpr bool is_interruption(std::int64_t result) {
  constexpr std::int64_t kInterrupted = 4;  // EINTR
  return result == -kInterrupted || result == -kRestartSys || result == -kRestartNoIntr ||
         result == -kRestartNoHand || result == -kRestartRestartBlock;
}

/// "ENOENT" for 2, "ERESTARTSYS" for 512; the number in decimal where there is no name.
std::string errno_text(int code);

/// The reverse, which takes numbers too.
std::optional<int> parse_errno(std::string_view text);

}  // namespace mecrr::calls
