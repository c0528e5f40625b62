// Where a held signal comes, on a task of no device: memory is this process's own.
#include "recorder/held_signals.h"

#include <gtest/gtest.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "base/unique_fd.h"

namespace mecrr {
namespace {

using SignalSet = std::uint64_t;

constexpr SignalSet set_of(int signal) { return SignalSet{1} << (signal - 1); }

class OwnMemory final : public TaskControl {
 public:
  SignalSet blocked = 0;

  Result<Registers> registers(Tid) override { return Registers{}; }
  Result<void> set_registers(Tid, const Registers&) override { return {}; }
  Result<VectorState> vector_state(Tid) override { return VectorState{}; }
  Result<void> set_vector_state(Tid, const VectorState&) override { return {}; }
  Result<void> read(Tid, RemoteAddress from, MutableBytes into) override {
    std::memcpy(into.data(), from.as_pointer(), into.size());
    return {};
  }
  Result<void> write(Tid, RemoteAddress, ByteView) override { return {}; }
  Result<std::int64_t> perform(Tid, const SystemCall&) override { return 0; }
  Result<Disposition> disposition(Tid, int) override { return Disposition::kHandled; }
  Result<SignalSet> blocked_signals(Tid) override { return blocked; }
  Result<void> answer(Tid, ByteView, AtEnd) override { return {}; }
  Result<std::size_t> take_answered(Tid) override { return 0; }
  Result<void> resume(Tid, const Command&) override { return {}; }
};

class HeldSignals : public testing::Test {
 protected:
  void hold(int signal) {
    siginfo_t info{};
    info.si_signo = signal;
    mecrr::hold(held, info);
  }
  std::optional<ArrivingSignal> at(const SystemCall& call) {
    auto taken = take_held(held, call, task);
    EXPECT_TRUE(taken.has_value());
    return taken.value_or(std::nullopt);
  }
  void expect(const SystemCall& call, Arrival arrival, int signal = SIGUSR1) {
    const auto taken = at(call);
    ASSERT_TRUE(taken.has_value());
    EXPECT_EQ(taken->arrival, arrival);
    EXPECT_EQ(taken->info.si_signo, signal);
  }
  static std::uint64_t address(const void* of) { return std::bit_cast<std::uint64_t>(of); }

  OwnMemory control;
  StoppedTask task{control, Tid(::getpid())};
  std::deque<siginfo_t> held;
};

TEST_F(HeldSignals, NoneIsTakenWhereNoneIsHeld) { EXPECT_FALSE(at({SYS_pause, {}})); }

TEST_F(HeldSignals, ComesInsideACallThatWaits) {
  hold(SIGUSR1);
  expect({SYS_pause, {}}, Arrival::kInCall);
  EXPECT_TRUE(held.empty());
}

TEST_F(HeldSignals, ComesBeforeACallThatDoesNotWait) {
  for (const std::uint32_t number : {SYS_getpid, SYS_rt_sigprocmask, SYS_execve, SYS_exit_group,
                                     SYS_clone, SYS_vfork, SYS_rt_sigreturn, SYS_mmap}) {
    hold(SIGUSR1);
    expect({number, {}}, Arrival::kBeforeCall);
  }
}

TEST_F(HeldSignals, ComesBeforeACallThatBlocksItMeanwhile) {
  const SignalSet mask = set_of(SIGUSR1);
  const std::array<std::uint64_t, 2> pair = {address(&mask), sizeof mask};
  for (const SystemCall& call : {
           SystemCall{SYS_rt_sigsuspend, {address(&mask), sizeof mask}},
           SystemCall{SYS_ppoll, {0, 0, 0, address(&mask), sizeof mask}},
           SystemCall{SYS_epoll_pwait, {0, 0, 0, 0, address(&mask), sizeof mask}},
           SystemCall{SYS_pselect6, {0, 0, 0, 0, 0, address(&pair)}},
       }) {
    hold(SIGUSR1);
    expect(call, Arrival::kBeforeCall);
    hold(SIGUSR2);
    expect(call, Arrival::kInCall, SIGUSR2);
  }
}

TEST_F(HeldSignals, ComesInsideACallThatTakesNoMask) {
  hold(SIGUSR1);
  expect({SYS_ppoll, {0, 0, 0, 0, 0, 0}}, Arrival::kInCall);
  hold(SIGUSR1);
  expect({SYS_pselect6, {}}, Arrival::kInCall);
}

TEST_F(HeldSignals, ComesBeforeACallThatWouldTakeIt) {
  const SignalSet mask = set_of(SIGUSR1);
  const UniqueFd fd(static_cast<int>(::syscall(SYS_signalfd4, -1, &mask, sizeof mask, 0)));
  const auto descriptor = static_cast<std::uint64_t>(fd.get());
  for (const SystemCall& call : {
           SystemCall{SYS_rt_sigtimedwait, {address(&mask), 0, 0, sizeof mask}},
           SystemCall{SYS_read, {descriptor, 0, 0}},
       }) {
    hold(SIGUSR1);
    expect(call, Arrival::kBeforeCall);
    hold(SIGUSR2);
    expect(call, Arrival::kInCall, SIGUSR2);
  }
}

TEST_F(HeldSignals, WaitsWhileTheTaskBlocksIt) {
  control.blocked = set_of(SIGUSR1);
  hold(SIGUSR1);
  hold(SIGUSR2);
  expect({SYS_getpid, {}}, Arrival::kBeforeCall, SIGUSR2);
  EXPECT_FALSE(at({SYS_getpid, {}}));
  EXPECT_FALSE(at({SYS_pause, {}}));
  const SignalSet none = 0;
  expect({SYS_rt_sigsuspend, {address(&none), sizeof none}}, Arrival::kInCall);
}

TEST_F(HeldSignals, ComeInTheOrderInWhichTheyCame) {
  hold(SIGUSR2);
  hold(SIGUSR1);
  expect({SYS_pause, {}}, Arrival::kInCall, SIGUSR2);
  expect({SYS_pause, {}}, Arrival::kInCall, SIGUSR1);
}

TEST_F(HeldSignals, AStandardSignalIsPendingOnce) {
  hold(SIGUSR1);
  hold(SIGUSR2);
  hold(SIGUSR1);
  EXPECT_EQ(held.size(), 2U);
}

TEST_F(HeldSignals, ARealTimeSignalIsPendingAsOftenAsItWasSent) {
  hold(SIGRTMIN);
  hold(SIGRTMIN);
  hold(32);
  hold(32);
  EXPECT_EQ(held.size(), 4U);
}

TEST_F(HeldSignals, ToContinueDoesAwayWithStopping) {
  for (const int stop : {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU}) hold(stop);
  hold(SIGUSR1);
  hold(SIGCONT);
  ASSERT_EQ(held.size(), 2U);
  EXPECT_EQ(held[0].si_signo, SIGUSR1);
  EXPECT_EQ(held[1].si_signo, SIGCONT);
}

TEST_F(HeldSignals, StoppingDoesAwayWithContinuing) {
  hold(SIGCONT);
  hold(SIGTSTP);
  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held[0].si_signo, SIGTSTP);
}

}  // namespace
}  // namespace mecrr
