// Calls that were made without a stop, and seeing to it that tasks which make such calls stop at
// times.
#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>

#include "base/call_record.h"
#include "device/calls/table.h"
#include "recorder/descriptors.h"
#include "recorder/session.h"
#include "trace-format/limits.h"

namespace mecrr {
namespace {

/// How long a task's calls may stay unlogged, in the log that dies with it.
constexpr std::chrono::milliseconds kMaxLogAge{100};

/// Fails where the log is not made of records: the program has written over it. (What is in them,
/// the writer looks at.)
Result<CallRecord> first_record(ByteView log, Tid tid) {
  const auto record = load<CallRecord>(log);
  const bool is_record = record && record->bytes >= sizeof(CallRecord) &&
                         record->bytes <= log.size() && record->bytes % 8 == 0 &&
                         record->arguments <= SystemCall{}.arguments.size();
  if (is_record) return *record;
  return fail("task {} has written over mecrr's own memory: its log of calls is damaged", tid);
}

SystemCall call_of(const CallRecord& record, ByteView bytes) {
  SystemCall call{record.number, {}};
  for (std::size_t i = 0; i < record.arguments; ++i) {
    call.arguments[i] =
        load<std::uint64_t>(bytes, sizeof(CallRecord) + i * sizeof(std::uint64_t)).value_or(0);
  }
  return call;
}

/// Calls that Session::remember() takes note of.
bool is_remembered(std::uint32_t number) {
  return number == SYS_set_tid_address || number == SYS_set_robust_list;
}

/// Which file an mmap has mapped, if the agent knew it: the record has that as its only part.
std::optional<agent::FileKey> known_file(const CallRecord& record, ByteView bytes) {
  if (record.number != SYS_mmap || record.parts == 0) return std::nullopt;
  return load<agent::FileKey>(
      bytes, sizeof(CallRecord) + record.arguments * sizeof(std::uint64_t) + sizeof(CallPart));
}

bool shapes_memory(std::uint32_t number) {
  const calls::Call* call = calls::find(number);
  return call != nullptr && call->replay == calls::Replay::kMemory;
}

/// What is done to other tasks than the one that stopped must not fail with the ESRCH that says
/// that this one has been killed (Session::handle_unless_killed()).
Result<void> unless_gone(Result<void> done) {
  if (!done && done.error().code == ESRCH) return {};
  return done;
}

}  // namespace

/// What the agent has made goes into the trace as it is; but calls that shape the address space,
/// which a replay has to make, are events of their own.
Result<void> Session::log_calls(Task& task, ByteView records) {
  task.resumed_at.reset();  // it has run code of its own
  task.interrupted.reset();
  ByteView plain = records.first(0);  // that are not in the trace yet
  std::uint32_t calls = 0;
  for (ByteView left = records; !left.empty();) {
    const CallRecord record = TRY(first_record(left, task.tid));
    const ByteView bytes = left.first(record.bytes);
    left = left.subspan(record.bytes);
    if (is_remembered(record.number)) remember(task, call_of(record, bytes), record.result);
    if (!shapes_memory(record.number)) {
      if (plain.size() + bytes.size() > kMaxLogBytes) {  // of several runs, while it was settled
        log_plain_calls(task, plain, std::exchange(calls, 0));
        plain = bytes.first(0);
      }
      plain = {plain.data(), plain.size() + bytes.size()};
      ++calls;
      continue;
    }
    log_plain_calls(task, plain, calls);
    TRY(log_memory_call(task, record, bytes));
    plain = left.first(0);
    calls = 0;
  }
  log_plain_calls(task, plain, calls);
  return {};
}

void Session::log_plain_calls(const Task& task, ByteView records, std::uint32_t calls) {
  if (calls == 0) return;
  pb::Event event = event_of(task);
  event.mutable_log()->set_calls(calls);
  event.mutable_log()->set_records(as_chars(records), records.size());
  log(task, std::move(event));
}

Result<void> Session::log_memory_call(Task& task, const CallRecord& record, ByteView bytes) {
  const SystemCall call = call_of(record, bytes);
  pb::Event event = event_of(task);
  event.mutable_state()->set_rip(record.rip);
  event.mutable_state()->set_rsp(record.rsp);
  pb::Call& message = *event.mutable_call();
  message.set_number(record.number);
  for (std::size_t i = 0; i < record.arguments; ++i) message.add_argument(call.arguments[i]);
  pb::Outcome& outcome = *message.mutable_outcome();
  outcome.set_result(record.result);
  const auto file = known_file(record, bytes);
  TRY(memory_.record_changes(call, record.result, *task.stopped, *task.space, outcome,
                             file ? &*file : nullptr));
  if (!file) TRY(note_changes(task, outcome));
  log(task, std::move(event));
  return {};
}

/// Whether a task runs the program's code, as far as we know.
bool Session::is_computing(const Task& task) const {
  return !task.stopped && !task.call && task.space->domain->has_turn(task.tid);
}

/// Tasks that have run long enough are asked to stop at their next call: others wait for their
/// turn, or their calls are to get into the trace. And one that waits inside a call, though it was
/// to be made without a stop only if it did not wait, is stopped at it.
Result<void> Session::tick() {
  // While everybody waits there is nothing to see to.
  constexpr int kIdleTicks = 20;
  const bool is_idle =
      std::ranges::none_of(tasks_, [&](const auto& entry) { return is_computing(entry.second); });
  idle_ticks_ = is_idle ? idle_ticks_ + 1 : 0;
  if (idle_ticks_ > kIdleTicks) return ticks_.turn_off();

  const auto now = Clock::now();
  bool is_quiet = !is_idle;
  std::chrono::nanoseconds soonest = std::chrono::nanoseconds::max();
  for (auto& [tid, task] : tasks_) {
    if (!is_computing(task)) continue;
    is_quiet = !TRY(see_to(task, now)) && is_quiet;
    soonest = std::min(soonest, pauses_in(task, now));
  }
  return is_quiet ? ticks_.slow_down(soonest) : Result<void>();
}

/// @return whether it is to be seen to again soon
Result<bool> Session::see_to(Task& task, Clock::time_point now) {
  if (now - task.resumed >= kMaxLogAge || task.space->domain->slice_is_over())
    TRY(device_.request_stop(task.tid));
  const bool pauses = should_pause(task, now);
  if (pauses) TRY(device_.pause(task.tid));
  if (!task.space->domain->others_wait() && task.held.empty()) return pauses;
  const bool sleeps = TRY(device_.activity(task.tid)) == Activity::kSleeping;
  if (sleeps && task.slept) TRY(device_.expel(task.tid));
  task.slept = sleeps;
  return pauses || sleeps;
}

/// What the agent is to know of the descriptor that a call was made on.
Result<void> Session::learn_descriptor(const Task& task, const calls::Form& form,
                                       const SystemCall& call) {
  if (form.arity() == 0 || form.arguments[0].kind != calls::Kind::kFd) return {};
  const int number = static_cast<int>(call.arguments[0]);
  if (TRY(task.stopped->descriptor(number)) != agent::Descriptor::kUnknown) return {};
  const auto is_mapped = [&](const FileIdentity& file) {
    return task.space->backed.shows(file) || memory_.objects().find(file);
  };
  return device_.set_descriptor(task.tid, number, kind_of_descriptor(task.tid, number, is_mapped));
}

/// A call has changed the address space: what that means for call sites, and for writes to files.
Result<void> Session::note_changes(Task& task, pb::Outcome& outcome) {
  StoppedTask& stopped = *task.stopped;
  SitePatcher::Patches& patches = *outcome.mutable_patch();
  for (const pb::Change& change : outcome.change()) {
    if (change.has_map()) {
      const RemoteAddress start(change.map().start());
      const auto shown = task.space->backed.in({start, change.map().size()});
      if (!shown.empty()) TRY(note_mapped_file(task, shown.front()));
      TRY(sites_.patch_mapping(change.map(), stopped, *task.space, patches));
      if (change.map().has_content()) TRY(know_files(task));
    } else if (change.has_protect() && (change.protect().protection() & PROT_WRITE) != 0) {
      const RemoteAddress start(change.protect().start());
      TRY(restore_code({start, change.protect().size()}, start, stopped, *task.space, patches));
    } else if (change.has_move()) {
      const pb::Move& move = change.move();
      TRY(restore_code({RemoteAddress(move.from()), move.from_size()}, RemoteAddress(move.to()),
                       stopped, *task.space, patches));
    }
  }
  return {};
}

/// Files that the task's process can map without a stop.
Result<void> Session::know_files(Task& task) {
  return device_.know_files(task.tid, memory_.contents().known_files());
}

/// What is written to a mapped file must be a stop: in its own process, or in all if they share it.
Result<void> Session::note_mapped_file(const Task& task, const BackedMapping& mapping) {
  if (!mapping.file) return {};
  if (!mapping.object) return stop_at_writes(task.tid, *mapping.file);
  for (const auto& [tid, other] : tasks_) TRY(unless_gone(stop_at_writes(tid, *mapping.file)));
  return {};
}

Result<void> Session::stop_at_writes(Tid tid, const FileIdentity& file) {
  TRY(device_.note_mapped_file(tid, file.inode));
  for (const int number : TRY(device_.written_files(tid))) {
    const auto status = stat_of_descriptor(tid, number);
    if (status && status->st_ino == file.inode)
      TRY(device_.set_descriptor(tid, number, agent::Descriptor::kStops));
  }
  return {};
}

/// The same for a program that begins: all that it has mapped, and what others share.
Result<void> Session::note_mapped_files(const Task& task) {
  for (const BackedMapping& mapping : task.space->backed.all()) {
    if (mapping.file) TRY(device_.note_mapped_file(task.tid, mapping.file->inode));
  }
  for (const FileIdentity& file : memory_.objects().files())
    TRY(device_.note_mapped_file(task.tid, file.inode));
  return {};
}

/// Where several processes write to the same output, the order among them is to be in the trace.
OutputCalls Session::output_calls() const {
  const bool several = std::ranges::any_of(
      tasks_, [&](const auto& entry) { return entry.second.pid != tasks_.begin()->second.pid; });
  return several ? OutputCalls::kStop : OutputCalls::kLogged;
}

/// A process has been made, or has ended.
Result<void> Session::order_outputs() {
  const OutputCalls now = output_calls();
  for (const auto& [tid, task] : tasks_) TRY(unless_gone(device_.order_outputs(tid, now)));
  return {};
}

}  // namespace mecrr
