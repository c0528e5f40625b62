// A stopped task: the only thing that has registers and memory to look at. Resuming takes it away.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/remote_address.h"
#include "device/agent/cpuid_table.h"
#include "device/agent/state.h"
#include "device/command.h"
#include "device/memory.h"
#include "device/patch.h"
#include "device/probe.h"
#include "device/registers.h"
#include "device/stop.h"
#include "device/system_call.h"

namespace mecrr {

class PatchWindow;

/// What a program has asked the kernel to do on a signal, as it stands.
enum class Disposition { kDefault, kIgnored, kHandled };

/// What a task does when its agent has answered all that it has answers to.
enum class AtEnd {
  kGoOn,  ///< runs to its next call, or whatever else stops it
  kStop,  ///< stops behind the last call: Answered
};

/// As much as an agent takes at once.
inline constexpr std::size_t kMaxAnswerBytes = std::size_t{1} << 20;

/// What StoppedTask::memory_hash() looks at.
struct HashedMemory {
  /// Stack pointers of the memory's tasks. What lies below them is not looked at: what a program
  /// has left there is nobody's, and ld.so leaves things there that are the processor's affair
  /// (docs/nondeterminism.md).
  std::vector<std::uint64_t> stacks;
  std::uint64_t most = ~std::uint64_t{0};  ///< bytes
  /// If it is to be only these pages of 4 KiB: where they start. Others are looked at anyway.
  std::optional<std::vector<RemoteAddress>> pages = std::nullopt;
};

/// Takes a page of 4 KiB, as memory_hash() sees it: dead memory is zero. Valid until it returns.
using TakePage = std::function<void(RemoteAddress start, ByteView page)>;

/// What an implementation of the device does with tasks; programs use StoppedTask, which forwards
/// to it. Every function takes a task that is stopped, and is called from the thread that waits for
/// it.
class TaskControl {
 public:
  virtual ~TaskControl() = default;
  virtual Result<Registers> registers(Tid) = 0;
  virtual Result<void> set_registers(Tid, const Registers&) = 0;
  virtual Result<VectorState> vector_state(Tid) = 0;
  virtual Result<void> set_vector_state(Tid, const VectorState&) = 0;
  virtual Result<void> read(Tid, RemoteAddress from, MutableBytes into) = 0;
  virtual Result<void> write(Tid, RemoteAddress to, ByteView data) = 0;
  virtual Result<std::int64_t> perform(Tid, const SystemCall&) = 0;
  virtual Result<Disposition> disposition(Tid, int signal) = 0;
  virtual Result<void> answer(Tid, ByteView records, AtEnd) = 0;
  virtual Result<std::size_t> take_answered(Tid) = 0;
  virtual Result<std::uint64_t> blocked_signals(Tid) = 0;
  virtual Result<std::uint64_t> pending_signals(Tid) { return 0; }

  // A device whose tasks make no calls without stops has nothing to do here.
  virtual Result<std::optional<Patch>> patch(Tid, const PatchWindow&, RemoteAddress) {
    return std::nullopt;
  }
  virtual Result<bool> answer_cpuid(Tid, const agent::CpuidTable&) { return false; }
  virtual Result<void> tell_counter(Tid, const agent::CounterScale&) { return {}; }
  virtual Result<agent::Descriptor> descriptor(Tid, int) { return agent::Descriptor::kUnknown; }
  virtual Result<ProbeKind> put_probe(Tid, const Probe&) {
    return fail("there are no probes here");
  }
  virtual Result<ProbeCounts> take_probe(Tid) { return fail("there are no probes here"); }
  virtual Result<std::optional<std::uint64_t>> memory_hash(Tid, const HashedMemory&) {
    return std::nullopt;
  }
  virtual Result<bool> visit_memory(Tid, const HashedMemory&, const TakePage&) { return false; }
  virtual Result<void> resume(Tid, const Command&) = 0;
};

/// Owns the right to look at and resume one stopped task. Made by Device::wait and by the calls
/// that create tasks. Destroyed without resume(), the task stays stopped until the device is
/// destroyed, which kills it. A stopped task can still be killed from outside: each function then
/// fails with code ESRCH, and the device reports Exited.
class StoppedTask final : public Memory {
 public:
  StoppedTask(TaskControl& control, Tid tid) : control_(&control), tid_(tid) {}
  StoppedTask(StoppedTask&&) = default;
  StoppedTask& operator=(StoppedTask&&) = default;

  Tid tid() const { return tid_; }

  Result<Registers> registers() const { return control_->registers(tid_); }
  Result<void> set_registers(const Registers& registers) {
    return control_->set_registers(tid_, registers);
  }
  Result<VectorState> vector_state() const { return control_->vector_state(tid_); }
  Result<void> set_vector_state(const VectorState& state) {
    return control_->set_vector_state(tid_, state);
  }

  /// Copies tracee memory, whatever its protection. Fills `into` completely or fails with EFAULT.
  Result<void> read(RemoteAddress from, MutableBytes into) const override {
    return control_->read(tid_, from, into);
  }
  /// Overwrites tracee memory, whatever its protection (private file pages are copied, shared ones
  /// changed for all). A stack that grows on demand grows. Writes all or fails with EFAULT.
  Result<void> write(RemoteAddress to, ByteView data) { return control_->write(tid_, to, data); }

  /// Has the task make a call of ours now, at the mecrr page, and gives its raw result. Registers
  /// are as before afterwards, and no stop is reported for it. If the call creates a task, that one
  /// is reported Born as usual. The task must be at Executed, Born, Returned, or (where calls are
  /// answered) any stop but Exiting.
  Result<std::int64_t> perform(const SystemCall& call) { return control_->perform(tid_, call); }

  /// What the program has asked for on `signal`.
  Result<Disposition> disposition(int signal) const { return control_->disposition(tid_, signal); }

  /// Where calls are answered: has the agent answer the program's next calls, without a stop, until
  /// take_answered(). A call that comes by another way than the agent is a stop as ever, and so is
  /// one that differs from its record, or for which there is none.
  /// @param records  CallRecords (base/call_record.h), at most kMaxAnswerBytes
  Result<void> answer(ByteView records, AtEnd at_end) {
    return control_->answer(tid_, records, at_end);
  }
  /// Every call is a stop again.
  /// @return bytes of the records whose calls have been answered, as the program's memory says: to
  /// be checked
  Result<std::size_t> take_answered() { return control_->take_answered(tid_); }

  /// The task's signal mask, as the kernel has it: bit n-1 is signal n.
  Result<std::uint64_t> blocked_signals() const { return control_->blocked_signals(tid_); }

  /// Signals that come as soon as the task is resumed: pending, and not blocked. Likewise.
  Result<std::uint64_t> pending_signals() const { return control_->pending_signals(tid_); }

  /// Makes calls at a `syscall` instruction, or a cpuid or rdtsc, go without a stop from now on.
  /// What the window of an rdtsc has behind it is then executed elsewhere; set_registers() takes
  /// the instructions' own addresses.
  /// @param window  of the code that is there
  /// @param site  where the window begins
  /// @return what was written where; nothing if there is no room near enough for a stub, or the
  /// task makes no calls without stops
  Result<std::optional<Patch>> patch(const PatchWindow& window, RemoteAddress site) {
    return control_->patch(tid_, window, site);
  }

  /// Has cpuid answered from the table, in this program and its forks, where patch() has made it
  /// lead there.
  /// @return false if the task does nothing without stops
  Result<bool> answer_cpuid(const agent::CpuidTable& table) const {
    return control_->answer_cpuid(tid_, table);
  }
  /// Has rdtsc and rdtscp told by this scale, in the same way.
  Result<void> tell_counter(const agent::CounterScale& scale) const {
    return control_->tell_counter(tid_, scale);
  }

  /// What is known of a descriptor for calls without stops.
  Result<agent::Descriptor> descriptor(int number) const {
    return control_->descriptor(tid_, number);
  }

  /// Where calls are answered: has the task, or another of its address space, stop at a moment
  /// (Probed), and at each further one that equals it, until take_probe(). Fails if there is a
  /// probe already. Costs some 100 µs.
  /// @return what it can be: code that a breakpoint, or the program, changes later can make it a
  /// kTrap for a while
  Result<ProbeKind> put_probe(const Probe& probe) { return control_->put_probe(tid_, probe); }
  /// Takes the address space's probe away.
  Result<ProbeCounts> take_probe() { return control_->take_probe(tid_); }

  /// A number for all memory that the task can write to, mecrr's own excepted. What is not mapped
  /// and what is zero are the same. Empty if it is more than `of.most` bytes; costs about 1 ms for
  /// each 4 MiB.
  Result<std::optional<std::uint64_t>> memory_hash(const HashedMemory& of) const {
    return control_->memory_hash(tid_, of);
  }
  /// Shows what memory_hash() is of: each page that is not zero, lowest first.
  /// @return false if it is more than `of.most` bytes, of which some have been shown then
  Result<bool> visit_memory(const HashedMemory& of, const TakePage& take) const {
    return control_->visit_memory(tid_, of, take);
  }

  [[nodiscard]] Result<void> resume(const Command& command) && {
    return control_->resume(tid_, command);
  }

 private:
  TaskControl* control_;  // outlives every task
  Tid tid_;
};

}  // namespace mecrr
