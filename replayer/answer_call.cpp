// Calls: what the log says is what the program gets.
#include <sys/syscall.h>

#include <algorithm>

#include "device/calls/errno_names.h"
#include "device/calls/structures.h"
#include "replayer/output.h"
#include "replayer/replayer.h"

namespace mecrr {
namespace {

/// Of all tasks: more is no program but a trace that is made to exhaust memory. One write can have
/// 2 GiB.
constexpr std::uint64_t kMaxHeldOutput = std::uint64_t{4} << 30;

}  // namespace

Result<void> Replayer::apply_call(ReplayedTask& task, const pb::Call& call) {
  const pb::Outcome& outcome = call.outcome();
  if (call.output() != pb::OUTPUT_NONE && outcome.result() > 0) {
    put_out(task, Order(pending_->event->order()), call.output(),
            bytes_to_write(task.effective, static_cast<std::uint64_t>(outcome.result()),
                           *task.stopped));
  }
  return apply_outcome(task, outcome);
}

Result<void> Replayer::apply_entered(ReplayedTask& task, const pb::Call& call) {
  task.output = {};
  if (call.output() != pb::OUTPUT_NONE) {
    task.output = {call.output(),
                   bytes_to_write(task.effective, calls::kMaxTransferBytes, *task.stopped)};
    std::uint64_t held = 0;
    for (const auto& [tid, other] : tasks_) held += other.output.bytes.size();
    if (held > kMaxHeldOutput) return fail("tasks are writing {} bytes at the same time", held);
  }
  TRY(write_all(task, call.write()));
  task.stand = Stand::kInCall;
  task.stop.reset();
  return {};
}

Result<void> Replayer::apply_returned(ReplayedTask& task, const pb::Returned& returned) {
  if (task.stand != Stand::kInCall) return fail("task {} is in no call", task.tid);
  if (returned.number() != task.call.number) {
    return fail("task {} is in call {}, not {}", task.tid, task.call.number, returned.number());
  }
  const HeldOutput output = std::exchange(task.output, {});
  const std::int64_t result = returned.outcome().result();
  if (result > 0 && output.to != pb::OUTPUT_NONE) {
    const std::uint64_t written =
        std::min<std::uint64_t>(static_cast<std::uint64_t>(result), output.bytes.size());
    put_out(task, Order(pending_->event->order()), output.to,
            ByteView(output.bytes).first(written));
  }
  return apply_outcome(task, returned.outcome());
}

// Order as trace.proto says.
Result<void> Replayer::apply_outcome(ReplayedTask& task, const pb::Outcome& outcome) {
  const MayFail may_fail = calls::is_error(outcome.result()) ? MayFail::kYes : MayFail::kNo;
  for (const pb::Change& change : outcome.change())
    TRY(task.memory->change(*task.stopped, change, may_fail));
  for (const pb::ObjectWrite& write : outcome.object_write())
    TRY(options_.backing->write_object(write));
  TRY(write_all(task, outcome.write()));
  if (outcome.has_registers()) {
    task.registers = from_trace(outcome.registers());
  } else {
    task.registers.orig_rax = task.call.number;
    task.registers.rax = static_cast<std::uint64_t>(outcome.result());
  }
  task.registers_changed = true;
  if (outcome.has_vector()) TRY(set_vector(task, outcome.vector()));
  for (const pb::Patch& patch : outcome.patch()) TRY(task.memory->patch(*task.stopped, patch));
  task.stand = Stand::kBehindEvent;
  task.stop.reset();
  return {};
}

Result<void> Replayer::write_all(ReplayedTask& task,
                                 const google::protobuf::RepeatedPtrField<pb::Write>& writes) {
  for (const pb::Write& write : writes) TRY(task.memory->write(*task.stopped, write));
  return {};
}

void Replayer::put_out(const ReplayedTask& task, Order order, pb::Output to, ByteView bytes) const {
  if (!options_.output || (options_.only && *options_.only != task.pid)) return;
  if (to == pb::OUTPUT_STDOUT || to == pb::OUTPUT_STDERR) options_.output(order, to, bytes);
}

}  // namespace mecrr
