// The interception device: runs programs and stops them at their calls and signals.
//
// There are two ways to use it, fixed when a task is made and inherited by its children:
//   recording  launch() starts a program whose calls the kernel performs when they are stepped;
//   answering  create_blank() makes a task with nothing in its address space; its calls never reach
//   the kernel, which moreover
//              is told (by a seccomp filter) to kill it should it make any call but those of
//              kPerformable.
// An implementation is used from one thread: the one that made it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "device/stop.h"
#include "device/task.h"

namespace mecrr {

/// One page of code that the device maps at this address into every task: `syscall; int3`.
inline constexpr std::uint64_t kMecrrPage = 0x10000;
inline constexpr std::uint64_t kMecrrPageBytes = 0x1000;

/// All that is mecrr's in every task, this page included: the agent and what belongs to it
/// (device/agent/state.h). Stubs that must be nearer to the program's code are elsewhere.
inline constexpr std::uint64_t kMecrrRegion = 0x10000;
inline constexpr std::uint64_t kMecrrRegionBytes = 0x140000;

/// What a program is started with. The file is found by the caller (PATH is not searched).
struct Launch {
  std::string path;
  std::vector<std::string> arguments;    ///< argv, argv[0] included
  std::vector<std::string> environment;  ///< "NAME=value"
};

/// What a blank task is made with.
struct Blank {
  /// Descriptors that mmap may use in the task, by the same numbers as here; all others are closed.
  std::vector<int> descriptors;
};

/// A task and why it stopped; the task is absent after Exited.
struct Report {
  Tid tid;
  Stop stop;
  std::optional<StoppedTask> task;
};

enum class Activity {
  kRunning,   ///< on a processor, or waiting for one
  kSleeping,  ///< in the kernel, waiting for something
  kStopped,   ///< a report is to be had from wait()
};

enum class Patience { kBlock, kPoll };

class Device {
 public:
  virtual ~Device() = default;  ///< kills and reaps every task

  /// Starts a program. Its first report is Executed. Failing to exec is an error with the errno of
  /// execve.
  virtual Result<Tid> launch(const Launch&) = 0;

  /// Makes a process with nothing mapped but mecrr's region, stopped, in answering mode. No report
  /// is made of it.
  virtual Result<StoppedTask> create_blank(const Blank&) = 0;

  /// The next report: of any task, or of `only`. Empty if there is none yet (kPoll), or none will
  /// come (no tasks are left), or a signal handler of ours interrupted the wait (kBlock).
  virtual Result<std::optional<Report>> wait(std::optional<Tid> only, Patience) = 0;

  /// Whether any task is left that wait() could report.
  virtual bool has_tasks() const = 0;

  /// What a resumed task is doing right now.
  virtual Result<Activity> activity(Tid) = 0;

  /// Sends SIGKILL to the process; Exited is reported for each of its tasks.
  virtual Result<void> kill(Pid) = 0;
};

}  // namespace mecrr
