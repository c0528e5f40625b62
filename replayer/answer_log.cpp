// Calls of a log: the agent inside of the task answers them one after the other, and the task stops
// only behind them. What the agent cannot answer, or finds to differ, is a stop: then the call is
// compared and answered as any other (reach.cpp, answer_call.cpp), and the log goes on behind it.
#include <algorithm>
#include <optional>

#include "device/device.h"
#include "replayer/replayer.h"
#include "trace-format/call_log.h"

namespace mecrr {
namespace {

constexpr RemoteRange kRegion{RemoteAddress(kMecrrRegion), kMecrrRegionBytes};

bool writes_to_mecrr(const CallRecords& record) {
  bool writes = false;
  record.for_each_part([&](const LoggedPart& part) {
    writes |= part.kind == CallPart::Kind::kWritten &&
              kRegion.overlaps({RemoteAddress(part.address), part.size});
  });
  return writes;
}

struct Taken {
  std::uint64_t calls = 0;
  std::size_t bytes = 0;
};

/// How many of the records, at most `most`, the agent can be given.
Taken takeable(ByteView all, std::uint64_t most) {
  Taken taken;
  for (CallRecords records(all); taken.calls < most && !records.empty(); records.pop()) {
    const std::size_t behind = taken.bytes + records.head().bytes;
    if (behind > kMaxAnswerBytes || writes_to_mecrr(records)) break;
    taken = {taken.calls + 1, behind};
  }
  return taken;
}

/// Whether a task that executes its own code gets to `event` by itself, and nothing has to be done
/// before it.
bool is_run_into(const pb::Event* event, Tid tid) {
  if (event == nullptr || event->tid() != tid.value()) return false;
  if (event->has_call()) return !event->call().restarted();
  if (event->has_entered()) return !event->entered().restarted();
  return event->has_log() || event->has_instruction() ||
         (event->has_signal() && event->signal().cause() == pb::Signal::FAULT);
}

}  // namespace

/// Lets the agent answer what it can of the log that the pending event is in, if it is in one; no
/// event behind `target` happens, nor itself if the side is the one before it. The pending event is
/// afterwards the first that has not happened: its task may stand at it already.
Result<std::optional<Advance>> Replayer::answer_log(std::optional<Order> target, Side side,
                                                    Breakpoints heed) {
  const auto logged = TRY(in_event(events_.logged()));
  if (!logged) return std::nullopt;
  ReplayedTask& task = *TRY(in_event(pending_task()));
  if (!needs_to_run(task)) return std::nullopt;
  std::uint64_t most = logged->calls;
  if (target) {
    const std::uint64_t end = target->value() + (side == Side::kAfter ? 1 : 0);
    most = std::min(most, end - std::min(end, logged->first.value()));
  }
  const Taken given = takeable(logged->records, most);
  if (given.calls == 0) return std::nullopt;

  const bool is_all = given.calls == logged->calls;
  const bool ends_behind_target =
      target && side == Side::kAfter && logged->first.value() + given.calls - 1 == target->value();
  const bool goes_on =
      !ends_behind_target && (!is_all || is_run_into(TRY(events_.behind(given.calls)), task.tid));
  const ByteView records = logged->records.first(given.bytes);
  TRY(in_event(task.stopped->answer(records, goes_on ? AtEnd::kGoOn : AtEnd::kStop)));
  const Ran ran = TRY(in_event(run_task(task, heed)));
  const std::size_t used = TRY(in_event(task.stopped->take_answered()));
  const std::uint64_t answered = TRY(in_event(note_answered(task, records, used)));
  if (ran == Ran::kAnswered && answered != given.calls)
    return in_event<std::optional<Advance>>(
        fail("{} of {} calls have been answered", answered, given.calls));
  if (answered != 0) {
    happened_ = Order(logged->first.value() + answered - 1);
    TRY(events_.skip(answered));
    TRY(take_front());
  }
  if (ran == Ran::kInterrupted) return Interrupted{};
  if (ran == Ran::kBreakpoint)
    return BreakpointHit{task.tid, RemoteAddress(task.registers.rip), stopped_by_};
  return std::nullopt;
}

/// The first `used` bytes of the records are calls that have happened.
/// @return how many
Result<std::uint64_t> Replayer::note_answered(ReplayedTask& task, ByteView all, std::size_t used) {
  std::uint64_t answered = 0;
  std::uint64_t last_rip = 0;
  std::optional<CallRecords> last_call;
  CallRecords records(all);
  while (!records.empty() && all.size() - records.left().size() < used) {
    const CallRecord record = records.head();
    if (is_counter(record)) {
      last_rip = 0;  // the task is never stopped right behind one
      ++answered;
      records.pop();
      continue;
    }
    if (record.output != pb::OUTPUT_NONE && record.result > 0) {
      const std::uint64_t order = pending_->event->order() + answered;
      put_out_shown(task, Order(order), records);
    }
    last_call = records;
    last_rip = record.rip;
    ++answered;
    records.pop();
  }
  if (all.size() - records.left().size() != used)
    return fail("task {} has written over mecrr's own memory", task.tid);
  if (answered == 0) return answered;
  if (last_call) {
    const CallRecord record = last_call->head();
    task.call = {.number = record.number, .arguments = {}};
    for (std::uint8_t i = 0; i < record.arguments; ++i)
      task.call.arguments[i] = last_call->argument(i);
    task.effective = task.call;
  }
  if (left_to_user_ && left_to_user_->tid == task.tid) left_to_user_.reset();
  if (task.stand == Stand::kInCode && task.registers.rip == last_rip) {
    task.stand = Stand::kBehindEvent;
    task.registers.orig_rax = task.call.number;
  }
  return answered;
}

void Replayer::put_out_shown(const ReplayedTask& task, Order order,
                             const CallRecords& record) const {
  const CallRecord call = record.head();
  auto left = static_cast<std::uint64_t>(call.result);
  record.for_each_part([&](const LoggedPart& part) {
    if (part.kind != CallPart::Kind::kShown) return;
    const ByteView shown = part.stored.first(std::min<std::uint64_t>(left, part.stored.size()));
    left -= shown.size();
    put_out(task, order, static_cast<pb::Output>(call.output), shown);
  });
}

}  // namespace mecrr
