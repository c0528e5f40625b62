// A task of the recording: what it is doing, and what must be remembered until it goes on.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "base/remote_address.h"
#include "device/calls/written_memory.h"
#include "device/task.h"
#include "recorder/memory/robust_list.h"
#include "recorder/memory/space.h"
#include "recorder/memory/written_file.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// From a Called stop to what comes of the call.
struct CallInProgress {
  SystemCall call;       ///< as the program made it
  SystemCall effective;  ///< the same, but for restart_syscall the call that goes on
  calls::Before before;
  pb::Event event;       ///< `call`, to which only the outcome is to be added
  bool entered = false;  ///< `event` is in the trace, as `entered`
  std::chrono::steady_clock::time_point since{};
  std::uint64_t stack_pointer = 0;
  bool altered = false;                       ///< the kernel was given another call
  std::optional<WrittenFile> written_file{};  ///< a mapped file that it may write to
};

/// From a Signaled stop to the handler's entry.
struct SignalInProgress {
  pb::Event event;
};

struct Task {
  Tid tid;
  Pid pid;
  std::shared_ptr<Space> space{};

  /// Present while it is stopped; taken by resuming.
  std::optional<StoppedTask> stopped{};
  /// How it goes on when it gets its turn.
  Command next = Run{};
  /// Its registers when it was last resumed to run code of its own. If it stops with the same, it
  /// has run none.
  std::optional<Registers> resumed_at{};

  /// Whether signals were pending there, which come before it runs any.
  bool has_pending = false;

  /// When it was last resumed.
  std::chrono::steady_clock::time_point resumed{};
  /// Whether it was found asleep outside of a call that we know of; see Session::tick().
  bool slept = false;

  std::optional<CallInProgress> call{};
  /// The call that a signal interrupted, as long as it has run no code since.
  std::optional<SystemCall> interrupted{};
  std::optional<SignalInProgress> signal{};
  /// Signals that came at places that cannot be named; see held_signals.h.
  std::deque<siginfo_t> held{};
  /// When the first of them came.
  std::chrono::steady_clock::time_point held_since{};
  /// Where it stands, if it has been led to a place with a name and not been resumed since.
  std::optional<pb::Landing> landing{};
  /// Whether its last event was a landing, as long as no stop behind it has told its stack.
  bool has_landed = false;
  /// Whether it has been looked at, since it got its turn, for waiting in a loop.
  bool seen_computing = false;
  /// For so many turns it is not looked at, since it computed each time that it was.
  int trusted_turns = 0, trusted_next = 0;
  /// Whether it waited in one when it was looked at last.
  bool spins = false;

  RemoteAddress clear_child_tid{};
  RemoteAddress robust_list{};
  /// What the kernel writes when it ends; found out at Exiting.
  std::vector<DyingWrite> dying_writes{};
};

}  // namespace mecrr
