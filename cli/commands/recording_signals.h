// Signals while a program is recorded.
//
//   SIGINT, SIGQUIT    from the terminal, which sends them to the program too: it decides, and
//   mecrr
//                      stays to write the trace
//   SIGTERM, SIGHUP    meant for mecrr: the recording ends, the program is killed, the trace is
//   whole
//
// Handlers, not SIG_IGN: exec resets them, so that the program starts with what it would have had
// without us. For the same reason a signal that mecrr was started to ignore (nohup) stays ignored.
#pragma once

#include <array>
#include <atomic>
#include <csignal>

#include "base/error.h"

namespace mecrr::cli {

class RecordingSignals {
 public:
  /// Installs the handlers. There is one at a time.
  static Result<RecordingSignals> install();
  RecordingSignals(RecordingSignals&& other) noexcept;
  RecordingSignals& operator=(RecordingSignals&&) = delete;
  ~RecordingSignals();  ///< puts back what was there

  /// Set when the recording is to end.
  static const std::atomic<bool>& interrupted();
  /// The signal that said so.
  static int signal();

 private:
  static constexpr std::array kSignals = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};

  RecordingSignals() = default;

  std::array<struct sigaction, kSignals.size()> before_{};
  std::size_t installed_ = 0;  // how many of them are ours
};

/// Ends this process by the signal, as its parent sees it; without a core dump. If the signal does
/// not end it, by the status that shells give for it.
[[noreturn]] void die_of(int signal);

}  // namespace mecrr::cli
