// Names of signals.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mecrr::calls {

inline constexpr int kFirstRealTimeSignal = 32;  // glibc keeps 32 and 33 for itself
inline constexpr int kLastSignal = 64;

/// "SIGCHLD" for 17, "SIG34" for real-time signals; other numbers in decimal (kill takes 0).
std::string signal_text(int signal);

/// The reverse; takes numbers too.
std::optional<int> parse_signal(std::string_view text);

}  // namespace mecrr::calls
