// Letting a task execute its own code, to the next stop of any kind. How breakpoints and landings
// are heeded on the way: run_to_breakpoint.cpp.
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "base/check.h"
#include "replayer/replayer.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kTrapFlag = 0x100;

/// Whether this is the task's own doing. Anything else comes from outside (somebody's kill) and is
/// nothing that the recorded program got.
bool is_fault(const siginfo_t& info) {
  switch (info.si_signo) {
    case SIGSEGV:
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
    case SIGTRAP:
      return info.si_code > 0;
    default:
      return false;
  }
}

/// pushf stores the trap flag that single-stepping has set. It may have prefixes.
bool pushes_flags(ByteView code) {
  constexpr std::byte kPushf{0x9c}, kOperandSize{0x66}, kRexBegin{0x40}, kRexEnd{0x4f};
  for (const std::byte b : code) {
    if (b == kPushf) return true;
    if (b != kOperandSize && (b < kRexBegin || b > kRexEnd)) return false;
  }
  return false;
}

}  // namespace

std::chrono::nanoseconds Replayer::landing_patience() const {
  const std::chrono::microseconds at(pending_->event->elapsed_us());
  return options_.patience + 20 * std::max(at - happened_at_, std::chrono::microseconds::zero());
}

bool Replayer::is_interrupted() const {
  return options_.interrupted != nullptr && options_.interrupted->load();
}

/// Of the program's own code, as if it were not patched: a call is then an ordinary stop.
Result<Replayer::Ran> Replayer::step_task(ReplayedTask& task) {
  const RemoteAddress instruction(task.registers.rip);
  const bool traps_itself = (task.registers.eflags & kTrapFlag) != 0;
  TRY(task.memory->uncover(*task.stopped, instruction));
  std::array<std::byte, 4> code{};
  const RemoteRange readable = readable_part(*task.stopped, {instruction, code.size()});
  TRY(task.stopped->read(instruction, MutableBytes(code).first(readable.size)));

  const Ran ran = TRY(resume_and_wait(task, SingleStep{}));
  TRY(task.memory->cover(*task.stopped));
  if (ran == Ran::kInterrupted) return ran;
  TRY(undo_trap_flag(task, instruction, pushes_flags(code)));
  if (ran == Ran::kStopped) leave_trap(task);
  if (ran == Ran::kStepped && traps_itself) {
    // The program single-steps itself, and gets this trap.
    siginfo_t info{};
    info.si_signo = SIGTRAP;
    info.si_code = TRAP_TRACE;
    info.si_addr = RemoteAddress(task.registers.rip).as_pointer();
    task.stop = Signaled{info};
    task.stand = Stand::kAtStop;
    return Ran::kStopped;
  }
  return ran;
}

/// A task that has been interrupted may be inside of the agent or a stub, where nobody wants to see
/// it: on it goes to the program's own code.
Result<Replayer::Ran> Replayer::leave_mecrr(ReplayedTask& task) {
  while (task.memory->is_mecrrs(RemoteAddress(task.registers.rip))) {
    const Ran ran = TRY(step_task(task));
    if (ran == Ran::kStopped || ran == Ran::kAnswered) return ran;
  }
  return Ran::kInterrupted;
}

/// A task that has run into a trap stands at the instruction that was there.
void Replayer::leave_trap(ReplayedTask& task) {
  const RemoteAddress before(task.registers.rip - 1);
  if (!is_breakpoint_trap(*task.stop) || !task.memory->has_trap(before)) return;
  task.registers.rip = before.value();
  task.registers_changed = true;
}

/// Single-stepping leaves the trap flag where the program would see it: in the flags that pushf has
/// stored, and in r11 at a call.
Result<void> Replayer::undo_trap_flag(ReplayedTask& task, RemoteAddress instruction,
                                      bool is_pushf) {
  Registers& registers = task.registers;
  if ((registers.eflags & kTrapFlag) != 0) return {};  // the program's own
  if (task.stop && std::holds_alternative<Called>(*task.stop)) {
    task.registers_changed |= (registers.r11 & kTrapFlag) != 0;
    registers.r11 &= ~kTrapFlag;
  }
  if (!is_pushf || registers.rip == instruction.value()) return {};
  auto stored = TRY(read_object<std::uint16_t>(*task.stopped, RemoteAddress(registers.rsp)));
  stored &= static_cast<std::uint16_t>(~kTrapFlag);
  return task.stopped->write(RemoteAddress(registers.rsp), object_bytes(stored));
}

Result<Replayer::Ran> Replayer::resume_and_wait(ReplayedTask& task, const Command& command,
                                                const ProcessorTime* limit) {
  TRY(give_registers(task));
  while (true) {
    TRY(std::move(*task.stopped).resume(command));
    task.stopped.reset();
    std::optional<Report> report;
    bool is_told_to_stop = false, is_overdue = false;
    while (!report) {
      report = TRY(device_->wait(task.actual, Patience::kBlock));
      is_overdue = limit != nullptr && limit->is_over();
      if (!report && (is_interrupted() || is_overdue)) {
        // It may compute for long: it is made to stop where it is, or else nobody could look at it
        // or resume it. Another stop may come first; the signal is then suppressed later.
        is_told_to_stop = true;
        if (::syscall(SYS_tkill, task.actual.value(), SIGSTOP) != 0) return fail_errno("tkill");
      }
      if (!report && !device_->has_tasks()) return fail("task {} is gone", task.tid);
    }
    if (!report->task) return fail("task {} was killed from outside of the replay", task.tid);
    task.stopped.emplace(*std::exchange(report->task, std::nullopt));
    const auto* signaled = std::get_if<Signaled>(&report->stop);
    if (std::holds_alternative<Halted>(report->stop) ||
        (signaled != nullptr && !is_fault(signaled->info))) {
      if (!is_told_to_stop) continue;  // suppressed
      task.registers = TRY(task.stopped->registers());
      task.registers_changed = false;
      task.stand = Stand::kInCode;
      return is_overdue ? Ran::kOverdue : Ran::kInterrupted;
    }
    task.registers = TRY(task.stopped->registers());
    task.registers_changed = false;
    if (std::holds_alternative<Stepped>(report->stop)) {
      task.stand = Stand::kInCode;
      return Ran::kStepped;
    }
    if (std::holds_alternative<Answered>(report->stop)) {
      task.stand = Stand::kInCode;
      return Ran::kAnswered;
    }
    if (std::holds_alternative<Probed>(report->stop)) {
      task.stand = Stand::kInCode;
      return Ran::kProbed;
    }
    if (TRY(is_32_bit_call(task, report->stop))) {
      task.registers.rax = static_cast<std::uint64_t>(-ENOSYS);
      task.registers.orig_rax = kNoCall;
      task.registers_changed = true;
      task.stand = Stand::kInCode;
      if (std::holds_alternative<SingleStep>(command)) return Ran::kStepped;
      TRY(give_registers(task));
      continue;
    }
    if (is_breakpoint_trap(report->stop) && !sites_.is_in(RemoteAddress(task.registers.rip - 1))) {
      // Where the original code stands for now, or was jumped to behind its window.
      if (const auto* answer = task.memory->cpuid_answer(*task.stopped, task.registers)) {
        agent::answer_from(*answer, task.registers.rax, task.registers.rbx, task.registers.rcx,
                           task.registers.rdx);
        task.registers.rip += kLedBytes - 1;
        task.registers_changed = true;
        task.stand = Stand::kInCode;
        if (std::holds_alternative<SingleStep>(command)) return Ran::kStepped;
        TRY(give_registers(task));
        continue;
      }
    }
    // A fault in a stub is one of the program's own instruction.
    if (const auto address = task.memory->program_address(RemoteAddress(task.registers.rip))) {
      task.registers.rip = address->value();
      task.registers_changed = true;
    }
    task.stop = std::move(report->stop);
    task.stand = Stand::kAtStop;
    return Ran::kStopped;
  }
}

/// Calls by `int 0x80`: a recording's filter answers them with ENOSYS before anybody is told. They
/// are looked for only where the log has another call, or none.
Result<bool> Replayer::is_32_bit_call(const ReplayedTask& task, const Stop& stop) const {
  constexpr std::array kInt80 = {std::byte{0xcd}, std::byte{0x80}};
  const auto* called = std::get_if<Called>(&stop);
  if (called == nullptr) return false;
  const pb::Event& event = *pending_->event;
  const bool is_expected = (event.has_call() && event.call().number() == called->call.number) ||
                           (event.has_entered() && event.entered().number() == called->call.number);
  if (is_expected && event.state().rip() == task.registers.rip) return false;
  const auto code =
      read_bytes(*task.stopped, RemoteAddress(task.registers.rip - kInt80.size()), kInt80.size());
  return code && equal(*code, kInt80);
}

Result<void> Replayer::give_registers(ReplayedTask& task) {
  if (!task.registers_changed) return {};
  // A number there would let the kernel think of a call to be made again.
  Registers registers = task.registers;
  registers.orig_rax = kNoCall;
  TRY(task.stopped->set_registers(registers));
  task.registers_changed = false;
  return {};
}

}  // namespace mecrr
