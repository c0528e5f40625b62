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
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
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
inline constexpr RemoteRange kMecrrMemory{RemoteAddress(kMecrrRegion), kMecrrRegionBytes};

/// What a program is started with. The file is found by the caller (PATH is not searched).
enum class UseAgent : bool { kNo, kYes };
enum class OutputCalls : bool { kLogged, kStop };

struct Launch {
  std::string path;
  std::vector<std::string> arguments;    ///< argv, argv[0] included
  std::vector<std::string> environment;  ///< "NAME=value"
  /// Whether calls may be made without a stop, for it and all that it starts: see Report::calls.
  UseAgent agent = UseAgent::kNo;
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
  /// Calls that the task has made without a stop since it was last resumed, oldest first:
  /// CallRecords (base/call_record.h).
  Bytes calls{};
  /// At Called: why the call was not made without a stop, if there was an agent to make it.
  agent::Abandoned abandoned = agent::Abandoned::kNever;
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

  /// Has a task that runs stop at its next call, if it makes calls without stops. From the thread
  /// that waits. A task that has ended is no error.
  virtual Result<void> request_stop(Tid) { return {}; }

  /// Has a task that runs the program's code stop where it is: Paused, unless something else stops
  /// it before. Nobody is paused inside of the agent: that task stops at its next call; nor
  /// behind an instruction that has faulted: the fault is reported. Does
  /// nothing to a task that has stopped already, or has ended.
  virtual Result<void> pause(Tid) { return {}; }

  /// Files whose content is in the trace by now, as far as said: mapped privately by the task's
  /// process they need be no stop. Of each the last that was said holds; of many the last ones.
  virtual Result<void> know_files(Tid, std::span<const agent::KnownFile>) { return {}; }

  /// The task has mapped a file, or sees one that another has mapped: what its process writes to
  /// the file are stops from now on, if it opens it anew.
  virtual Result<void> note_mapped_file(Tid, std::uint64_t /*inode*/) { return {}; }
  /// Descriptors of its process that agent::Descriptor::kWrittenFile says are regular files.
  virtual Result<std::vector<int>> written_files(Tid) { return std::vector<int>{}; }
  virtual Result<void> set_descriptor(Tid, int /*number*/, agent::Descriptor) { return {}; }

  /// Whether calls by which the task's process writes to mecrr's own stdout and stderr are stops.
  virtual Result<void> order_outputs(Tid, OutputCalls) { return {}; }

  /// Has a task stop that waits in a call which was to be made without a stop, but turned out to
  /// wait: the call is made anew, as a stop. Does nothing to a task that is somewhere else, or has
  /// ended.
  virtual Result<void> expel(Tid) { return {}; }

  /// Sends SIGKILL to the process; Exited is reported for each of its tasks.
  virtual Result<void> kill(Pid) = 0;
};

}  // namespace mecrr
