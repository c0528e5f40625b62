// Signals and instructions whose outcome the recorder decided. No signal is ever delivered: the log
// has what the kernel did to memory and registers.
#include "replayer/replayer.h"

namespace mecrr {

Result<void> Replayer::apply_signal(ReplayedTask& task, const pb::Signal& signal) {
  if (!signal.has_handler()) return {};  // ignored, stopped; or fatal, and exits follow
  if (!pending_->event->has_state()) return fail("it does not say where its task was");
  const pb::Handler& handler = signal.handler();
  TRY(write_all(task, handler.write()));
  task.registers = from_trace(handler.registers());
  task.registers_changed = true;
  if (handler.has_vector()) TRY(set_vector(task, handler.vector()));
  task.stand = Stand::kBehindEvent;
  task.stop.reset();
  return {};
}

/// Others have the turn next.
Result<void> Replayer::apply_preempted(ReplayedTask& task) {
  task.stand = Stand::kBehindEvent;
  task.registers.orig_rax = kNoCall;
  return {};
}

Result<void> Replayer::apply_instruction(ReplayedTask& task, const pb::Instruction& instruction) {
  constexpr std::uint32_t kLongest = 15;  // any x86 instruction
  if (instruction.length() == 0 || instruction.length() > kLongest)
    return fail("an instruction of {} bytes", instruction.length());
  task.registers.rip = pending_->event->state().rip() + instruction.length();
  task.registers.orig_rax = kNoCall;
  for (const pb::RegisterWrite& write : instruction.write()) {
    if (!set_register(task.registers, write.number(), write.value()))
      return fail("there is no register {}", write.number());
  }
  task.registers_changed = true;
  task.stand = Stand::kBehindEvent;
  task.stop.reset();
  return {};
}

Result<void> Replayer::set_vector(ReplayedTask& task, const pb::Vector& vector) {
  const VectorState present = TRY(task.stopped->vector_state());
  return task.stopped->set_vector_state(TRY(vector_layout_.translate(vector, present)));
}

}  // namespace mecrr
