// Tracees run on their tracer's core: a stop there costs a sixth of one that wakes somebody on
// another core (docs/performance.md). Only one of the two ever runs, so nothing is lost by it; but
// for a task that computes for long while others do, which may run where it likes.
//
// The program does not see it: before a call that shows the mask of a task (sched_getaffinity,
// reading /proc/PID/status) or changes it, all tasks have their own masks back until that call has
// returned. So the calls themselves are the kernel's.
//
// What fails here is ignored: then a task is slower, and nothing else.
// Threads: the tracer's.
#pragma once

#include <sched.h>

#include <chrono>
#include <map>
#include <optional>
#include <set>

#include "base/ids.h"
#include "device/ptrace/one_processor.h"
#include "device/system_call.h"

namespace mecrr::ptrace {

class SharedCore {
 public:
  enum class Runs : bool {
    kCode,  ///< the program's own
    kCall,  ///< a call, which may wait
  };

  /// The task is about to be resumed. The first time, the tracer settles on the core that it is on:
  /// threads that it makes later are bound to it, too.
  void resuming(Tid, Runs);
  /// The task has stopped.
  void stopped(Tid);
  /// It stands at a call that is going to be made.
  void called(Tid, const SystemCall&);
  /// `child` has been made by `parent`, whose mask it has.
  void inherit(Tid parent, Tid child);
  /// An exec has given `former`'s task another number.
  void rename(Tid former, Tid now);
  void forget(Tid);

 private:
  using Clock = std::chrono::steady_clock;

  struct Task {
    std::optional<cpu_set_t> own{};      ///< the program's mask, while the task has another
    int core = OneProcessor::kAnywhere;  ///< that it is bound to
    bool may_not = false;                ///< its own mask does not have the tracer's core
    bool runs_code = false;
    bool computes = false;  ///< its last run of code was a long one
    Clock::time_point resumed{};
  };

  void bind(Tid, Task&);
  static void release(Tid, Task&);
  bool make_room(Tid, Clock::time_point now);

  std::map<Tid, Task> tasks_;
  std::set<Tid> looking_;  ///< in a call that shows masks
  std::optional<OneProcessor> tracer_;
  int core_ = OneProcessor::kAnywhere;  ///< that the tracer is on
};

}  // namespace mecrr::ptrace
