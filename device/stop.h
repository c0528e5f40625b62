// What the device reports: a task has stopped, and why. The task stays where it is until it is
// resumed by a command.
//
// One call gives two stops when it is stepped, one when it is continued or skipped:
//
//     program ── syscall ──> Called ──Step──> (kernel) ──> Returned ──Run──> program
//                            Called ──Run───> (kernel) ─────────────────────> program
//                            Called ──Skip──────────────────────────────────> program
//
// Between Called and Returned, a call that makes a task gives Created (in the parent) and Born (in
// the child, in either order); a successful exec gives Executed instead of Returned.
#pragma once

#include <csignal>
#include <cstdint>
#include <variant>

#include "base/ids.h"
#include "device/system_call.h"

namespace mecrr {

/// A call is about to be made; nothing of it has happened. rip is behind the `syscall` instruction.
struct Called {
  SystemCall call;
};

/// A stepped call has come back. `result` is raw: -4095..-1 is a negated errno, or the kernel's
/// ERESTART codes (-512…-516) if a signal interrupted it; then a Signaled stop or the same call's
/// Called stop (or restart_syscall) follows, without the task having run code of its own.
struct Returned {
  SystemCall call;
  std::int64_t result;
};

enum class SignalPlace : std::uint8_t {
  kAnywhere,
  kBehindCall,  ///< directly behind a call that was made without a stop, the last of Report::calls
  kInside,      ///< in the agent, or in a stub that leads there
  /// Somewhere, but it has been sent by Interpose, Interrupt or Raise: if registers are as they
  /// were when the task was resumed, it has executed nothing since.
  kSent,
};

/// A signal is about to be delivered. The device says nothing about exactness: an asynchronous
/// signal may stop a task anywhere. Faults and breakpoint instructions (SIGTRAP, with rip behind
/// the int3) are reported in this way too.
struct Signaled {
  siginfo_t info;
  SignalPlace place = SignalPlace::kAnywhere;
};

/// A delivered signal's handler is about to run its first instruction; the frame is in memory.
struct HandlerEntered {
  int signal;
};

/// A SingleStep has executed one instruction.
struct Stepped {};

/// The task, inside a clone, fork or vfork call, has made another, which is Born by itself.
struct Created {
  Tid child;
  Pid child_pid;        ///< the child's process: the parent's own if it is a thread
  std::uint64_t flags;  ///< CLONE_…, exit signal removed
};

/// A new task stands before its first instruction (rax is 0 already).
struct Born {};

/// An exec has succeeded: the address space is new, all other threads of the process are gone (each
/// without an Exited stop of its own), and the task, which has taken the process's pid as its tid,
/// stands before the new program's first instruction.
struct Executed {
  Tid former;  ///< the tid that made the call; differs from the task's when a thread that was not
               ///< the main one exec'd
};

/// The task is about to end: its registers and memory can still be read. It cannot be kept from
/// ending. `status` is as from waitpid(2).
struct Exiting {
  int status;
};

/// The task is gone. There is nothing left to resume.
struct Exited {
  int status;  ///< as from waitpid(2); of a process whose other threads go on, the thread's own
};

/// Job control has stopped the task's process. Resumed with Run it stays stopped until SIGCONT;
/// then it is Continued.
struct Halted {
  int signal;
};

/// The agent has answered all calls that it was given answers to (StoppedTask::answer()), and the
/// task stands behind the last of them.
struct Answered {};

/// The agent has made a call that shapes memory, the last of Report::calls, and the task stands
/// behind it, as at Returned: whoever records must look now at what the call has done.
struct Shaped {};

/// The task has come to the instruction at Probe::at (StoppedTask::put_probe()) and not executed
/// it, and all is equal. Registers are the program's.
struct Probed {};

/// The task has stopped where Device::pause() found it, in the program's own code.
struct Paused {};

/// SIGCONT has ended a job-control stop; the task has not run since.
struct Continued {};

using Stop =
    std::variant<Called, Returned, Signaled, HandlerEntered, Stepped, Created, Born, Executed,
                 Exiting, Exited, Answered, Shaped, Probed, Halted, Paused, Continued>;

}  // namespace mecrr
