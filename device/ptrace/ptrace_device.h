// The device's default implementation: ptrace(2), seccomp filters, /proc. No privileges beyond the
// right to trace one's children.
//
// Linux ties a tracee to the thread that traces it, so a PtraceDevice is used by the thread that
// made it and no other.
#pragma once

#include <sys/types.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/unique_fd.h"
#include "device/agent/state.h"
#include "device/device.h"
#include "device/ptrace/agent_space.h"
#include "device/ptrace/one_processor.h"
#include "device/ptrace/probe_space.h"
#include "device/ptrace/shared_core.h"
#include "device/ptrace/single_step.h"

namespace mecrr {

/// The mecrr page: `syscall; int3`.
inline constexpr std::array<std::byte, 3> kPageCode = {std::byte{0x0f}, std::byte{0x05},
                                                       std::byte{0xcc}};

class PtraceDevice final : public Device, private TaskControl {
 public:
  static std::unique_ptr<PtraceDevice> create();
  ~PtraceDevice() override;
  PtraceDevice(const PtraceDevice&) = delete;
  PtraceDevice& operator=(const PtraceDevice&) = delete;

  Result<Tid> launch(const Launch&) override;
  Result<StoppedTask> create_blank(const Blank&) override;
  Result<std::optional<Report>> wait(std::optional<Tid> only, Patience) override;
  bool has_tasks() const override;
  Result<Activity> activity(Tid) override;
  Result<void> request_stop(Tid) override;
  Result<void> expel(Tid) override;
  Result<void> pause(Tid) override;
  Result<void> know_files(Tid, std::span<const agent::KnownFile>) override;
  Result<void> note_mapped_file(Tid, std::uint64_t inode) override;
  Result<std::vector<int>> written_files(Tid) override;
  Result<void> order_outputs(Tid, OutputCalls) override;
  Result<void> set_descriptor(Tid, int, agent::Descriptor) override;
  Result<void> kill(Pid) override;

 private:
  enum class Mode { kRecording, kAnswering };

  /// What a task was resumed to do, or stands at: what its next wait status means depends on it.
  enum class Phase {
    kUnborn,      ///< its first stop came before its parent's Created stop
    kRunning,     ///< runs the program's code, or stands where it can be resumed to do so
    kCalled,      ///< stands at a call that has not been made
    kInCall,      ///< in a stepped call
    kUnreported,  ///< on its way out of a call whose end nobody asked for
    kExecuting,   ///< in an execve that can no longer fail
    kDelivering,  ///< enters a signal handler
    kStepping,    ///< executes one instruction
    kHalted,      ///< in a job-control stop
  };

  /// What a task has been interrupted for (PTRACE_INTERRUPT), and not stopped yet.
  enum class Interruption { kNone, kExpel, kPause };

  /// A signal that we have sent to a task in another's stead; see send().
  struct SentSignal {
    std::uint64_t number;  ///< by which the stop is known
    siginfo_t info;        ///< what the stop is to report
  };

  struct Tracee {
    Pid pid{};
    Mode mode = Mode::kRecording;
    Phase phase = Phase::kRunning;
    SystemCall call{};                 // meaningful from kCalled to the return
    int delivered = 0;                 // the signal; meaningful while kDelivering
    std::vector<SentSignal> sent{};    // pending, or about to stop the task
    std::optional<Tid> exec_former{};  // meaningful while kExecuting
    bool has_filters = false;          // of its own: see run()
    ptrace::StepFrom stepped_from{};   // meaningful while kStepping, and at Stepped
    UniqueFd memory{};  // /proc/TID/mem of the present address space; opened when first needed

    // Absent without an agent, and in blank tasks.
    std::shared_ptr<ptrace::AgentSpace> agent{};
    // What a fork's child starts with; from its parent's stop to its first one.
    std::unique_ptr<agent::AgentState> inherited{};
    bool has_own_descriptors = false;  // counted in AgentSpace::foreign_tables
    Interruption interruption = Interruption::kNone;
    // Signals that came while it was inside the agent, for when it comes out.
    std::deque<siginfo_t> deferred{};

    // Of blank tasks.
    bool has_answers = false;                            // between answer() and take_answered()
    int processor = ptrace::OneProcessor::kAnywhere;     // that it is kept on
    std::optional<Registers> registers{};                // while it is stopped, if they are known
    std::shared_ptr<ptrace::ProbeSpace> probes{};        // never null
    std::optional<ptrace::StepFrom> steps_over_probe{};  // while it does
  };

  PtraceDevice() = default;

  // blank.cpp
  Result<Tid> seed_with(const std::vector<int>& descriptors);
  Result<Tid> make_seed(const std::vector<int>& descriptors);
  Result<void> end_seed();

  // TaskControl
  Result<Registers> registers(Tid) override;
  Result<void> set_registers(Tid, const Registers&) override;
  Result<VectorState> vector_state(Tid) override;
  Result<void> set_vector_state(Tid, const VectorState&) override;
  Result<void> read(Tid, RemoteAddress, MutableBytes) override;
  Result<void> write(Tid, RemoteAddress, ByteView) override;
  Result<std::int64_t> perform(Tid, const SystemCall&) override;
  Result<Disposition> disposition(Tid, int signal) override;
  Result<void> answer(Tid, ByteView records, AtEnd) override;
  Result<std::size_t> take_answered(Tid) override;
  Result<std::uint64_t> blocked_signals(Tid) override;
  Result<std::uint64_t> pending_signals(Tid) override;
  Result<std::optional<Patch>> patch(Tid, const PatchWindow&, RemoteAddress) override;
  Result<bool> answer_cpuid(Tid, const agent::CpuidTable&) override;
  Result<void> tell_counter(Tid, const agent::CounterScale&) override;
  Result<agent::Descriptor> descriptor(Tid, int) override;
  Result<ProbeKind> put_probe(Tid, const Probe&) override;
  Result<ProbeCounts> take_probe(Tid) override;
  Result<std::optional<std::uint64_t>> memory_hash(Tid, const HashedMemory&) override;
  Result<bool> visit_memory(Tid, const HashedMemory&, const TakePage&) override;
  Result<void> resume(Tid, const Command&) override;

  Result<Tracee*> find(Tid);
  Result<int> memory_descriptor(Tid);
  Result<int> wait_status(Tid);  ///< blocks for one task, whatever comes
  Result<void> expect(Tid, int stop);
  Result<void> install_page(Tid, std::uint64_t bytes);

  // resume.cpp: one function per command
  Result<void> run(Tid, Tracee&);
  Result<void> step(Tid, Tracee&);
  Result<void> skip(Tid, Tracee&, std::int64_t result);
  Result<void> alter(Tid, Tracee&, const SystemCall&);
  Result<void> interpose(Tid, Tracee&, const siginfo_t&);
  Result<void> interrupt(Tid, Tracee&, const siginfo_t&);
  Result<void> send(Tid, Tracee&, const siginfo_t&);
  Result<void> raise(Tid, Tracee&, const siginfo_t&);
  Result<void> deliver(Tid, Tracee&, const siginfo_t&);
  Result<void> single_step(Tid, Tracee&);
  Result<ptrace::SteppedInstruction> stepped_instruction(Tid, RemoteAddress);
  Result<void> hide_trap_flag(Tid, const ptrace::StepFrom&);

  // answers.cpp
  enum class LedOut {
    kNo,          ///< it was not in the agent, or for no reason that is known here
    kBehindCall,  ///< where the program goes on
    kToCall,      ///< it will make its call, as a stop
  };
  Result<LedOut> lead_out_of_agent(Tid, const siginfo_t&);

  // agent.cpp
  Result<void> install_agent(Tid, Tracee&);
  Result<void> start_agent(Tid, const ptrace::AgentSpace&, agent::AgentState&);
  Result<void> inherit_agent(Tid parent_tid, const Tracee& parent, Tracee& child,
                             std::uint64_t flags);
  Result<void> born_with_agent(Tid, Tracee&);
  Result<void> leave_agent(Tid, Tracee&);
  Result<void> tell_descriptors_known(Tid, const ptrace::AgentSpace&);
  Result<void> turn_agent_off(Tid, Tracee&);
  Result<void> take_calls(const Tracee&, Report&);
  /// What becomes of a task that a signal has stopped.
  enum class AtSignal {
    kReported,    ///< the signal is, where the task stands
    kGoesOn,      ///< the task, to where it can be reported, or because it is no signal of its own
    kBehindCall,  ///< the task stands behind a call of the agent, as Tracee::deferred has wished
  };
  Result<AtSignal> leave_agent_at_signal(Tid, Tracee&, const siginfo_t&);
  Result<bool> is_in_counter(Tid);
  Result<AtSignal> defer_signal(Tid, Tracee&, const siginfo_t&, Registers);
  Result<void> send_deferred(Tid, Tracee&);
  Result<RemoteAddress> present_address(Tid, const ptrace::AgentSpace&, RemoteAddress instruction);
  Result<void> interrupt(Tid, Tracee&, Interruption);
  Result<std::optional<Stop>> interrupted(Tid, Tracee&);
  Result<void> report_outside_of_stub(Tid, const Tracee&, const siginfo_t&, Registers);
  Result<ptrace::StubBlock*> stub_block(Tid, ptrace::AgentSpace&, RemoteAddress code,
                                        std::uint64_t bytes);
  Result<void> note_descriptors(Tid, Tracee&, const SystemCall&);

  // probes.cpp
  static bool has_probe(const Tracee&);
  Result<std::unique_ptr<ptrace::PlacedStub>> place_probe_stub(Tid, const Probe&);
  Result<bool> map_probe_stub(Tid, RemoteRange pages);
  Result<void> remove_probe_stub(Tid, ptrace::ProbeInForce&);
  Result<void> make_way(Tid, const Tracee&, const SystemCall&);
  Result<void> run_with_probe(Tid, Tracee&);
  Result<void> step_with_probe(Tid, Tracee&);
  Result<bool> is_as_planned(Tid, const ptrace::ProbeInForce&);
  Result<void> arm_probe(Tid, ptrace::ProbeInForce&, ptrace::ProbeInForce::Armed how);
  Result<void> disarm_probe(Tid, ptrace::ProbeInForce&);
  Result<void> leave_probe(Tid, const Tracee&);

  // probe_stops.cpp
  enum class AtProbe {
    kElsewhere,  ///< the stop is to be looked at
    kGoesOn,     ///< the task, since the stop was about the probe alone
    kProbed,
  };
  /// How a task has stopped.
  struct AtStop {
    Registers registers;
    bool trapped;  ///< behind an int3
    bool faulted;  ///< at an instruction
  };
  Result<std::optional<Stop>> stop_with_probe(Tid, Tracee&, int status);
  Result<bool> come_to_probe(Tid, const ptrace::ProbeInForce&, const Registers&);
  Result<AtProbe> at_probe(Tid, Tracee&, int status);
  Result<AtProbe> stepped_with_probe(Tid, Tracee&, const ptrace::StepFrom&, int status);
  Result<bool> has_stepped_to_probe(Tid, const ptrace::ProbeInForce&, const ptrace::StepFrom&);
  Result<AtProbe> at_trap(Tid, Tracee&, AtStop);
  Result<AtProbe> at_jump(Tid, Tracee&, AtStop);
  Result<AtProbe> in_comparison(Tid, Tracee&, AtStop);
  Result<AtProbe> finish_comparison(Tid, const ptrace::ProbeInForce&);
  Result<AtProbe> probed(Tid, Registers);
  Result<AtProbe> goes_on_from(Tid, Tracee&, Registers);

  // translate.cpp: wait statuses become stops; empty if the device dealt with it by itself
  Result<std::optional<Report>> translate(Tid, int status);
  Result<std::optional<Report>> unknown_task(Tid, int status);
  Result<std::optional<Stop>> stop_of(Tid, Tracee&, int status);
  Result<std::optional<Stop>> event_stop(Tid, Tracee&, int event, int signal);
  Result<std::optional<Stop>> created(Tid, Tracee&, int event);
  Result<std::optional<Stop>> executed_event(Tid, Tracee&);
  Result<std::optional<Stop>> call_stop(Tid, Tracee&);
  Result<std::optional<Stop>> signal_stop(Tid, Tracee&, int signal);
  Result<bool> is_step(Tid, const siginfo_t&);
  Result<Stop> stop_at_call(Tid, Tracee&);
  Result<Called> called(Tid, Tracee&);
  Result<Called> called(Tid, Tracee&, const Registers&);
  Result<bool> tells(Tid, Tracee&, const Registers& at_call);
  static siginfo_t meant(Tracee&, const siginfo_t& reported);
  Result<void> note_filters(Tid, const Tracee&);
  Report report(Tid, Stop);

  UseAgent use_agent_ = UseAgent::kNo;             // in programs that are recorded
  std::optional<ptrace::OneProcessor> processor_;  // of blank tasks, once there is one
  /// A blank task that never runs: others are its forks, which costs less than forks of ours.
  struct Seed {
    struct OpenFile {
      int descriptor;
      dev_t device;
      ino_t inode;
      friend bool operator==(const OpenFile&, const OpenFile&) = default;
    };
    Tid tid;
    std::vector<OpenFile> files;  // numbers alone may be those of other files by now
  };
  std::optional<Seed> seed_;  // one of tracees_
  std::map<Tid, Tracee> tracees_;
  ptrace::SharedCore core_;  // of tasks that are recorded
  std::uint64_t next_sent_ = 1;
  std::deque<Report> ready_;  // reports that came while the device waited for something else
};

}  // namespace mecrr
