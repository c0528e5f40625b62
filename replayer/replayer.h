// How a Replay does it: the state of all tasks, and one function for each thing that can happen.
// replay.h is the manual; README.md tells which file holds what.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "replayer/breakpoints/sites.h"
#include "replayer/event_queue.h"
#include "replayer/landing/landing.h"
#include "replayer/landing/processor_time.h"
#include "replayer/memory/backing.h"
#include "replayer/registers.h"
#include "replayer/replay.h"
#include "replayer/task.h"
#include "replayer/verify.h"
#include "trace-format/call_log.h"

namespace mecrr {

class Replayer final : public Replay {
 public:
  Replayer(Reader& reader, Device& device, ReplayOptions options, EventQueue events);

  /// Goes to where a replay starts; to be called once, before anything else.
  Result<void> start();

  std::optional<Position> position() const override;
  const pb::Event* pending() const override { return pending_ ? pending_->event : nullptr; }
  std::vector<LiveTask> tasks() const override;
  std::vector<LiveProcess> processes() const override;
  Result<Registers> registers(Tid) const override;
  Result<VectorState> vector_state(Tid) const override;
  Result<void> read_memory(Tid, RemoteAddress from, MutableBytes into) const override;
  std::vector<MappedRange> mappings(StreamId) const override;
  Result<Advance> run(Breakpoints) override;
  Result<Advance> run_to(Order, Side, Breakpoints) override;
  Result<Advance> step_instruction() override;
  using Replay::add_breakpoint;
  using Replay::remove_breakpoint;
  Result<void> add_breakpoint(Breakpoint, RuleId) override;
  bool remove_breakpoint(Breakpoint place, RuleId rule) override {
    return sites_.remove(place, rule);
  }
  void remove_breakpoints(RuleId rule) override { sites_.remove(rule); }
  std::vector<Breakpoint> breakpoints() const override { return sites_.places(); }
  Rule& rule(RuleId rule) override { return sites_.rule(rule); }
  LandingCounts landings() const override { return landings_; }

 private:
  /// The event that happens next.
  struct Pending {
    const pb::Event* event = nullptr;  // events_'s
    StreamId stream;
    EventId position;
  };
  /// What a run of a task came to.
  enum class Ran { kStopped, kStepped, kAnswered, kProbed, kBreakpoint, kOverdue, kInterrupted };
  /// A task, where a move left it to the user.
  struct Place {
    Tid tid;
    RemoteAddress instruction;
    friend bool operator==(const Place&, const Place&) = default;
  };

  /// What run_task() keeps from one resumption of its task to the next.
  struct Course {
    std::optional<Probe> landing{};  // of the pending event, if that is one, and the task's
    std::optional<ProcessorTime> limit{};
    std::map<RemoteAddress, std::uint64_t> passed{};  // breakpoints come to, and how often
    std::optional<RemoteAddress> probed{};  // the breakpoint that was a probe, the last time
  };

  // replayer.cpp: moving
  Result<Advance> finish(Result<Advance> advance);
  void leave_to_user();
  Result<Advance> advance_to(std::optional<Order> order, Side side, Breakpoints heed);
  Result<std::optional<Advance>> check_target(std::optional<Order> order, Side side) const;
  Result<std::optional<Advance>> one_instruction();
  Result<void> apply();
  Result<void> apply(const pb::Event& event);
  Result<void> look_ahead();
  Result<void> take_front();
  Ended ended() const;
  /// Says in an error which event it is about.
  template <class T>
  Result<T> in_event(Result<T> result) const {
    if (!result && pending_) {
      result.error().message.insert(0, fmt::format("{}: event {} of stream {}: ", reader_->path(),
                                                   pending_->position, pending_->stream));
    }
    return result;
  }

  // reach.cpp: bringing the pending event's task to it
  Result<std::optional<Advance>> reach(Breakpoints heed);
  Result<std::optional<Advance>> compare_at_event();
  bool is_reached() const;
  bool needs_to_run(const ReplayedTask& task) const;
  std::vector<std::uint64_t> stack_pointers(const ReplayedTask& task) const;
  Likeness landing_likeness(const ReplayedTask& task) const;
  Result<bool> must_leave(const ReplayedTask& task);
  Result<bool> takes_landing(const ReplayedTask& task);
  Result<void> show_landing();
  Result<std::optional<Difference>> difference(ReplayedTask& task) const;
  std::optional<Difference> call_difference(ReplayedTask& task, const pb::Call& call) const;
  std::optional<Difference> instruction_difference(const ReplayedTask& task) const;
  std::optional<Difference> signal_difference(const ReplayedTask& task) const;
  std::optional<Difference> other_stop(const ReplayedTask& task) const;
  Divergence never_comes(const ReplayedTask& task) const;
  Divergence divergence(const ReplayedTask& task, Difference difference) const;

  // run_to_breakpoint.cpp
  Result<Ran> run_task(ReplayedTask& task, Breakpoints heed);
  Result<std::optional<Ran>> pass_breakpoints(ReplayedTask& task, Course& course);
  bool has_landed(const ReplayedTask& task, const Course& course) const;
  Result<Ran> step_over(ReplayedTask& task);
  Result<Ran> run_on(ReplayedTask& task, Breakpoints heed, Course& course);
  std::optional<Probe> probe_of_busiest(StreamId stream, const Course& course) const;

  // run_task.cpp
  bool is_interrupted() const;
  Result<Ran> step_task(ReplayedTask& task);
  Result<Ran> leave_mecrr(ReplayedTask& task);
  void leave_trap(ReplayedTask& task);
  Result<Ran> resume_and_wait(ReplayedTask& task, const Command& command,
                              const ProcessorTime* limit = nullptr);
  std::chrono::nanoseconds landing_patience() const;
  Result<bool> is_32_bit_call(const ReplayedTask& task, const Stop& stop) const;
  Result<void> give_registers(ReplayedTask& task);
  Result<void> undo_trap_flag(ReplayedTask& task, RemoteAddress instruction, bool is_pushf);

  // answer_call.cpp
  Result<void> apply_call(ReplayedTask& task, const pb::Call& call);
  Result<void> apply_entered(ReplayedTask& task, const pb::Call& call);
  Result<void> apply_returned(ReplayedTask& task, const pb::Returned& returned);
  Result<void> apply_outcome(ReplayedTask& task, const pb::Outcome& outcome);
  Result<void> write_all(ReplayedTask& task,
                         const google::protobuf::RepeatedPtrField<pb::Write>& writes);
  void put_out(const ReplayedTask& task, Order order, pb::Output to, ByteView bytes) const;

  // answer_log.cpp
  Result<std::optional<Advance>> answer_log(std::optional<Order> target, Side side,
                                            Breakpoints heed);
  Result<std::uint64_t> note_answered(ReplayedTask& task, ByteView all, std::size_t used);
  void put_out_shown(const ReplayedTask& task, Order order, const CallRecords& record) const;

  // answer_signal.cpp
  Result<void> apply_signal(ReplayedTask& task, const pb::Signal& signal);
  Result<void> apply_preempted(ReplayedTask& task);
  Result<void> apply_instruction(ReplayedTask& task, const pb::Instruction& instruction);
  Result<void> set_vector(ReplayedTask& task, const pb::Vector& vector);

  // begin_task.cpp
  Result<void> apply_image(const pb::Event& event);
  Result<void> apply_forked(const pb::Event& event);
  Result<void> apply_created(ReplayedTask& parent, const pb::Created& created);
  Result<StoppedTask> make_child(ReplayedTask& parent, std::uint64_t flags);
  Result<void> add_process(ReplayedProcess process);

  // end_task.cpp
  Result<void> apply_replaced(ReplayedTask& task, const pb::Replaced& replaced);
  Result<void> apply_exited(ReplayedTask& task, const pb::Exited& exited);
  Result<void> remove(ReplayedTask& task);
  Result<void> end_process(ReplayedProcess& process, std::vector<Tid> actual_tids);
  Result<void> await_exit(Tid actual);

  ReplayedTask* find(Tid tid);
  const ReplayedTask* find(Tid tid) const;
  Result<const ReplayedTask*> live(Tid tid) const;
  /// The task that the pending event happens to, which must be of the event's stream.
  Result<ReplayedTask*> pending_task();
  bool is_alive(StreamId stream) const;

  Reader* reader_;
  Device* device_;
  ReplayOptions options_;
  VectorLayout vector_layout_;
  EventQueue events_;
  std::optional<Pending> pending_;
  std::optional<Order> happened_;            // the last event that was applied
  std::chrono::microseconds happened_at_{};  // when it did, in the recording
  std::map<Tid, ReplayedTask> tasks_;
  std::map<Pid, ReplayedProcess> processes_;
  Sites sites_;
  std::vector<RuleId> stopped_by_;     // whose rules the last Ran::kBreakpoint was due to
  std::optional<Place> left_to_user_;  // no breakpoint is hit there again
  std::optional<Result<Advance>> final_;
  LandingCounts landings_;
  std::optional<Order> unsure_;  // the last landing that was counted so
};

}  // namespace mecrr
