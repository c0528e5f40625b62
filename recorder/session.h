// A recording that runs: its tasks, and one function for each kind of stop.
//
// Convention: a function that handles a stop finds the task's StoppedTask in Task::stopped, and
// leaves by one of
//   go_on()    the task continues, now or, if its slice is over, when its turn comes again
//   wait_for_turn()  the task stays stopped until its turn comes
// or leaves the task where it is, if that is the end of it.
//
// Threads: one.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/call_record.h"
#include "base/error.h"
#include "device/device.h"
#include "recorder/landing/settle.h"
#include "recorder/memory/memory_recorder.h"
#include "recorder/nondeterminism/cpuid_answers.h"
#include "recorder/recorder.h"
#include "recorder/scheduler/policy.h"
#include "recorder/site_patcher.h"
#include "recorder/task.h"
#include "recorder/ticks.h"
#include "trace-format/writer.h"

namespace mecrr {

class Session {
 public:
  Session(Device& device, Writer& writer, const RecordingContext& context, Ticks ticks);

  /// Runs the program that `first` is the task of, which has just been launched, to its end.
  Result<void> run(Tid first);

  int first_status() const { return first_status_; }
  std::uint64_t processes() const { return processes_; }
  bool was_interrupted() const { return was_interrupted_; }
  std::chrono::nanoseconds elapsed() const;
  const RecordingStats& stats() const { return stats_; }

 private:
  using Clock = std::chrono::steady_clock;

  // session.cpp: the loop
  Result<void> handle_unless_killed(Report report);
  void count_stop(const Report& report);
  Result<void> handle(Report report);
  Result<void> handle_stop(Task& task, const Stop& stop);
  Result<std::optional<Report>> next_report();
  Result<void> interrupt();
  void tell_failure();

  // turns.cpp: who goes on when
  Result<void> go_on(Task& task, const Command& command);
  Result<void> begin_turn(Task& task);
  Result<bool> expects_pending(Task& task, const StoppedTask& stopped);
  Result<void> stepped(Task& task);
  void wait_for_turn(Task& task, const Command& command);
  Result<void> resume(Task& task, const Command& command);
  Result<void> give_turns();
  Result<void> ask_again_soon();
  Result<bool> others_are_ready(const Task& task);
  Result<void> stop_if_overdue(const Task& task);
  Result<void> hear_of_woken(const Domain& domain);
  Result<bool> settle_calls();  ///< @return whether a call may still turn out to wait
  Result<bool> settle_call(Task& task);
  void merge_domains(Space& with, ObjectId object);

  // record_call.cpp
  Result<void> called(Task& task, const SystemCall& call);
  Result<void> interpose(Task& task, const SystemCall& call, Registers registers,
                         const siginfo_t& info);
  Result<void> make_call(Task& task, const calls::Form& form, const Command& command);
  Result<void> refuse_call(Task& task, int error, Registers registers);
  Result<void> returned(Task& task, std::int64_t result);
  Result<void> shaped(Task& task);
  Result<void> fill_outcome(Task& task, std::int64_t result, pb::Outcome& outcome);
  Result<void> record_memory(Task& task, std::int64_t result, pb::Outcome& outcome);
  void remember(Task& task, const SystemCall& call, std::int64_t result);
  const Space* space_of(Pid pid) const;
  void log_entered(Task& task);
  void add_early_writes(const Task& task, pb::Call& message);

  // record_calls.cpp
  Result<void> log_calls(Task& task, ByteView records);
  void log_plain_calls(const Task& task, ByteView records, std::uint32_t calls);
  Result<void> log_memory_call(Task& task, const CallRecord& record, ByteView bytes);
  bool is_computing(const Task& task) const;
  Result<void> tick();
  Result<bool> see_to(Task& task, Clock::time_point now);
  Result<void> learn_descriptor(const Task& task, const calls::Form& form, const SystemCall& call);
  Result<void> note_changes(Task& task, pb::Outcome& outcome);
  Result<void> know_files(Task& task);
  Result<void> note_mapped_file(const Task& task, const BackedMapping& mapping);
  Result<void> stop_at_writes(Tid tid, const FileIdentity& file);
  Result<void> note_mapped_files(const Task& task);
  OutputCalls output_calls() const;
  Result<void> order_outputs();

  // record_signal.cpp
  Result<void> signaled(Task& task, const siginfo_t& info, SignalPlace place);
  Result<bool> answer_cpuid(Task& task, Registers registers);
  Result<bool> emulate_instruction(Task& task, const siginfo_t& info, Registers registers);
  Result<void> stop_process(Task& task, const siginfo_t& info);
  Result<void> handler_entered(Task& task);
  Result<void> halted(Task& task);

  // record_landing.cpp
  bool should_pause(const Task& task, Clock::time_point now) const;
  static std::chrono::nanoseconds pauses_in(const Task& task, Clock::time_point now);
  Result<void> paused(Task& task);
  static std::chrono::nanoseconds computes_for(const Task& task);
  Result<void> watch(const Task& task);
  Result<void> land(Task& task);
  static void trust(Task& task, const Landed& landed);
  Result<void> landed(Task& task, const Landed& landed);
  Result<pb::State> state_at(Task& task, const Registers& registers);
  std::vector<std::uint64_t> stack_pointers(const Task& task) const;
  void hold(Task& task, const siginfo_t& info);

  // record_task.cpp
  struct Origin {
    StreamId stream;
    StreamId parent_stream{};
  };
  Result<void> begin_program(Task& task, const Origin& origin);
  Result<void> created(Task& parent, const Created& created);
  Result<std::optional<StoppedTask>> await_birth(Tid child);
  Result<void> executed(Task& task, Tid tid);
  Result<void> exiting(Task& task, int status);
  Result<void> await_zombie(Tid tid, int status);
  Result<void> exited(Tid tid, int status);
  Result<void> end_task(Task& task, int status);
  void forget_task(Task& task);

  // logging
  pb::Event event_of(const Task& task) const;
  Order log(const Task& task, pb::Event event);
  Order log(StreamId stream, pb::Event event);
  void warn_once(const std::string& what, const std::string& line);

  Device& device_;
  Writer& writer_;
  const RecordingContext& context_;
  MemoryRecorder memory_;
  SitePatcher sites_;
  CpuidAnswers cpuid_;
  std::unique_ptr<Policy> policy_;  // never null
  Ticks ticks_;
  Settling settling_;
  int idle_ticks_ = 0;  // in a row
  Clock::time_point started_ = Clock::now();
  RecordingStats stats_;

  std::map<Tid, Task> tasks_;
  std::map<Tid, StoppedTask> born_;  // before their parents told of them
  std::vector<std::weak_ptr<Space>> spaces_;
  std::map<Pid, Pid> parents_;

  Tid first_{};
  int first_status_ = 0;
  std::uint64_t processes_ = 0;
  bool was_interrupted_ = false;
  bool has_told_failure_ = false;
  std::set<std::string> warned_;
};

}  // namespace mecrr
