// ptrace(2) as functions that return errors. Nothing else in mecrr calls ptrace.
#pragma once

#include <csignal>
#include <cstdint>

#include "base/error.h"
#include "base/ids.h"
#include "device/registers.h"

namespace mecrr::ptrace {

/// How a stopped tracee goes on.
enum class Resume {
  kContinue,             ///< to the next seccomp stop, signal or event
  kToReturn,             ///< likewise, and also to the end of the call that it is in
  kEmulate,              ///< to the next call, which the kernel will not make
  kSingleStep,           ///< one instruction
  kEmulatingSingleStep,  ///< one instruction, or the call that it makes, which the kernel will not
                         ///< make
  kListen,               ///< stays in its job-control stop until SIGCONT
};

/// Each fails with ESRCH if the tracee is not stopped (any more): a stopped tracee dies by SIGKILL
/// all the same. Source: ptrace(2), "Death under ptrace".
/// Stops a running tracee (PTRACE_EVENT_STOP with SIGTRAP) if it is not stopped before.
Result<void> interrupt(Tid tid);
/// Whether it has stopped or ended, and nobody has waited for that yet.
Result<bool> has_stopped(Tid tid);
Result<void> seize(Tid tid, std::uint64_t options);
Result<void> resume(Tid tid, Resume how, int signal);
Result<Registers> registers(Tid tid);
Result<void> set_registers(Tid tid, const Registers& registers);
Result<VectorState> vector_state(Tid tid);
Result<void> set_vector_state(Tid tid, const VectorState& state);
Result<siginfo_t> signal_info(Tid tid);
Result<void> set_signal_info(Tid tid, const siginfo_t& info);
Result<std::uint64_t> event_message(Tid tid);

/// Blocked signals: bit n-1 is signal n, as the kernel has it.
Result<std::uint64_t> signal_mask(Tid tid);
Result<void> set_signal_mask(Tid tid, std::uint64_t mask);

}  // namespace mecrr::ptrace
