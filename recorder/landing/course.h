// A task that is led through its own code, by single steps and from breakpoint to breakpoint, while
// nobody else of its domain runs. Signals that come meanwhile are suppressed, and kept.
//
// Breakpoints are in its code only while it runs, and only in private memory: nobody else sees
// them, and what is read of a stopped task is its own.
#pragma once

#include <csignal>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/process_clock.h"
#include "base/remote_address.h"
#include "device/device.h"
#include "device/registers.h"
#include "recorder/memory/space.h"
#include "recorder/ticks.h"

namespace mecrr {

class Course {
 public:
  /// @param process  the task's
  Course(Device& device, Ticks& ticks, StoppedTask task, Pid process, const Space& space)
      : device_(device), ticks_(ticks), task_(std::move(task)), process_(process), space_(space) {}

  enum class Went {
    kThere,      ///< one instruction on, or at one of the places
    kNowhere,    ///< where it was when patience was over; or nothing could be done
    kOvertaken,  ///< something else has stopped it: there is nothing but overtaken() left
  };
  enum class For { kEver, kAShortTime };

  /// To be called first.
  Result<void> look();
  Result<Went> step();
  /// To the first of these that the task comes to; not the one that it stands at.
  Result<Went> run_to(const std::vector<RemoteAddress>& places, For patience);
  /// For a short time of its own (the processor's): to nowhere, unless something else stops it.
  Result<Went> run_on();

  /// orig_rax is that of no call.
  const Registers& registers() const { return registers_; }
  const StoppedTask& task() const { return *task_; }
  /// Code from an address on: an instruction's bytes if they are there.
  Bytes code(RemoteAddress at) const;

  // To be called at the end.
  StoppedTask take_task() { return *std::exchange(task_, std::nullopt); }
  Report take_overtaken() { return *std::exchange(overtaken_, std::nullopt); }
  std::vector<siginfo_t> take_signals() { return std::move(signals_); }
  /// That the task has made without a stop, as in Report::calls; of take_overtaken() too.
  Bytes take_calls() { return std::move(calls_); }

 private:
  class Deadline;
  struct Placed {
    RemoteAddress at;
    std::byte original;
  };

  Result<void> put(const std::vector<RemoteAddress>& places);
  Result<void> take_out(StoppedTask& task);
  Result<Went> run(For patience);
  Result<Went> arrived(Report report);
  /// @param until  when it is paused; null: never
  Result<Report> resume_and_wait(const Command& command, const Deadline* until);
  bool takes_signal(Report& report);

  Device& device_;
  Ticks& ticks_;
  std::optional<StoppedTask> task_;
  Pid process_;
  const Space& space_;
  Registers registers_{};
  std::vector<Placed> placed_;
  std::optional<Report> overtaken_;
  std::vector<siginfo_t> signals_;
  Bytes calls_;
};

}  // namespace mecrr
