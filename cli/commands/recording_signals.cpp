#include "cli/commands/recording_signals.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <utility>

namespace mecrr::cli {
namespace {

constexpr itimerspec kAgainEach50Ms = {.it_interval = {.tv_sec = 0, .tv_nsec = 50'000'000},
                                       .it_value = {.tv_sec = 0, .tv_nsec = 50'000'000}};

// Of the handlers.
std::atomic<bool> is_interrupted{false};
std::atomic<int> interrupting_signal{0};
timer_t again{};  // sends SIGTERM
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

void stay(int) {}

// The signal may come between the recorder's look at is_interrupted and its wait for the next stop,
// which it then does not interrupt. So it comes again until it has been heeded.
void end_recording(int signal) {
  if (!is_interrupted.exchange(true)) interrupting_signal = signal;
  ::timer_settime(again, 0, &kAgainEach50Ms, nullptr);  // async-signal-safe by POSIX
}

}  // namespace

Result<RecordingSignals> RecordingSignals::install() {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGTERM;
  if (::timer_create(CLOCK_MONOTONIC, &event, &again) != 0) return fail_errno("timer_create");
  RecordingSignals signals;
  for (const int signal : kSignals) {
    struct sigaction& before = signals.before_[signals.installed_];
    if (::sigaction(signal, nullptr, &before) != 0) return fail_errno("sigaction");
    struct sigaction action{};  // no SA_RESTART: a wait for a stop must end
    action.sa_handler = signal == SIGINT || signal == SIGQUIT ? stay : end_recording;
    if (before.sa_handler == SIG_IGN) action = before;
    if (::sigaction(signal, &action, nullptr) != 0) return fail_errno("sigaction");
    ++signals.installed_;
  }
  return signals;
}

RecordingSignals::RecordingSignals(RecordingSignals&& other) noexcept
    : before_(other.before_), installed_(std::exchange(other.installed_, 0)) {}

RecordingSignals::~RecordingSignals() {
  if (installed_ == 0) return;
  ::timer_delete(again);  // first: the default action of its signal would end us
  for (std::size_t i = 0; i < installed_; ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
}

const std::atomic<bool>& RecordingSignals::interrupted() { return is_interrupted; }

int RecordingSignals::signal() { return interrupting_signal; }

void die_of(int signal) {
  constexpr int kShellsAddThis = 128;
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);  // a core_pattern that is a pipe does not heed the limit
  ::signal(signal, SIG_DFL);
  sigset_t only;
  ::sigemptyset(&only);
  ::sigaddset(&only, signal);
  ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
  ::raise(signal);
  ::_exit(kShellsAddThis + signal);
}

}  // namespace mecrr::cli
