#include "recorder/landing/course.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>

#include "recorder/signals.h"

namespace mecrr {
namespace {

constexpr std::array kInt3 = {std::byte{0xcc}};
constexpr std::size_t kCodeBytes = 24;  // the longest instruction, and some of what follows

}  // namespace

/// When a short time is over. On a busy machine the task may not run for a while.
class Course::Deadline {
 public:
  explicit Deadline(ProcessClock clock) : clock_(clock), used_(clock.now()) {}

  bool has_passed() const {
    constexpr std::chrono::milliseconds kLongest{200};  // it can sleep in a call of the agent
    const auto now = clock_.now();
    return !now || !used_ || *now - *used_ >= Ticks::kShort ||
           std::chrono::steady_clock::now() - began_ >= kLongest;
  }

 private:
  ProcessClock clock_;
  std::optional<std::chrono::nanoseconds> used_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

Result<void> Course::look() {
  registers_ = TRY(task_->registers());
  registers_.orig_rax = kNoCall;  // of an interrupt it is the kernel's affair
  return {};
}

Bytes Course::code(RemoteAddress at) const {
  const RemoteRange there = readable_part(*task_, {at, kCodeBytes});
  Bytes code(there.size);
  if (!task_->read(there.start, code)) code.clear();
  return code;
}

Result<Course::Went> Course::step() {
  while (true) {
    Report report = TRY(resume_and_wait(SingleStep{}, nullptr));
    if (takes_signal(report)) continue;
    if (!std::holds_alternative<Stepped>(report.stop)) {
      overtaken_ = std::move(report);
      return Went::kOvertaken;
    }
    task_ = std::move(report.task);
    TRY(look());
    return Went::kThere;
  }
}

Result<Course::Went> Course::run_to(const std::vector<RemoteAddress>& places, For patience) {
  TRY(put(places));
  return placed_.empty() ? Went::kNowhere : TRY(run(patience));
}

Result<Course::Went> Course::run_on() {
  placed_.clear();
  return run(For::kAShortTime);
}

Result<Course::Went> Course::run(For patience) {
  const Deadline deadline(TRY(ProcessClock::of(process_)));
  const Deadline* const until = patience == For::kAShortTime ? &deadline : nullptr;
  while (true) {
    Report report = TRY(resume_and_wait(Run{}, until));
    const auto* signaled = std::get_if<Signaled>(&report.stop);
    const bool is_inside = signaled != nullptr && signaled->place == SignalPlace::kInside;
    if (takes_signal(report)) {
      // Signals can come so often that no tick does.
      if (until == nullptr || is_inside || !until->has_passed()) continue;
      TRY(take_out(*task_));
      TRY(look());
      return Went::kNowhere;
    }
    if (report.task) TRY(take_out(*report.task));
    return arrived(std::move(report));
  }
}

/// What the program has not mapped privately is left alone, and so is what others watch.
Result<void> Course::put(const std::vector<RemoteAddress>& places) {
  placed_.clear();
  for (const RemoteAddress place : places) {
    const auto shown = space_.backed.in({place, 1});
    const bool is_shared = !shown.empty() && shown.front().object.has_value();
    if (is_shared || place == RemoteAddress(registers_.rip) || space_.is_patched(place)) continue;
    Placed placed{place, {}};
    auto done = task_->read(place, object_bytes(placed.original));
    if (done && placed.original == kInt3.front()) continue;
    if (done) done = task_->write(place, kInt3);
    if (!done && done.error().code == EFAULT) continue;
    TRY(done);
    placed_.push_back(placed);
  }
  return {};
}

Result<void> Course::take_out(StoppedTask& task) {
  for (const Placed& placed : placed_) TRY(task.write(placed.at, object_bytes(placed.original)));
  return {};
}

Result<Course::Went> Course::arrived(Report report) {
  if (std::holds_alternative<Paused>(report.stop)) {
    task_ = std::move(report.task);
    TRY(look());
    return Went::kNowhere;
  }
  const auto* signaled = std::get_if<Signaled>(&report.stop);
  const bool has_trapped = signaled != nullptr && signaled->info.si_signo == SIGTRAP &&
                           signaled->info.si_code == SI_KERNEL;
  if (has_trapped) {
    Registers registers = TRY(report.task->registers());
    const RemoteAddress at(registers.rip - kInt3.size());
    if (std::ranges::find(placed_, at, &Placed::at) != placed_.end()) {
      task_ = std::move(report.task);
      registers.rip = at.value();
      TRY(task_->set_registers(registers));
      TRY(look());
      return Went::kThere;
    }
  }
  overtaken_ = std::move(report);
  return Went::kOvertaken;
}

Result<Report> Course::resume_and_wait(const Command& command, const Deadline* until) {
  const Tid tid = task_->tid();
  if (until != nullptr) TRY(ticks_.hasten());
  TRY(take_task().resume(command));
  while (true) {
    auto report = TRY(device_.wait(tid, Patience::kBlock));
    if (report) {
      append(calls_, std::exchange(report->calls, {}));
      return *std::move(report);
    }
    if (!device_.has_tasks()) return fail_with_code(ESRCH, "task {} is gone", tid);
    if (until == nullptr) continue;
    TRY(until->has_passed() ? device_.pause(tid) : ticks_.hasten());
  }
}

/// A signal that was sent: it is kept, and the task goes on as it was told.
bool Course::takes_signal(Report& report) {
  const auto* signaled = std::get_if<Signaled>(&report.stop);
  if (signaled == nullptr || is_fault(signaled->info) ||
      signaled->place == SignalPlace::kBehindCall)
    return false;
  signals_.push_back(signaled->info);
  task_ = std::move(report.task);
  return true;
}

}  // namespace mecrr
