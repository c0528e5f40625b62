// Answering calls through the agent: what it is given, and how a task comes out of it.
#include <csignal>
#include <cstddef>

#include "base/check.h"
#include "device/agent/code.h"
#include "device/agent/state.h"
#include "device/ptrace/ptrace_device.h"
#include "device/ptrace/requests.h"

namespace mecrr {
namespace {

using agent::AgentState;

static_assert(kMaxAnswerBytes <= agent::kLogBytes);

/// What the agent is told, and tells: AgentState up to the program's registers.
struct Orders {
  agent::Mode mode;
  std::uint64_t stop_requested, log_used, log_bytes, trap_at_end, calls, descriptors_known, differs;
};
static_assert(sizeof(Orders) == offsetof(AgentState, rax));
static_assert(offsetof(Orders, log_used) == offsetof(AgentState, log_used));
static_assert(offsetof(Orders, trap_at_end) == offsetof(AgentState, trap_at_end));
static_assert(offsetof(Orders, differs) == offsetof(AgentState, differs));

}  // namespace

Result<void> PtraceDevice::answer(Tid tid, ByteView records, AtEnd at_end) {
  MECRR_CHECK(records.size() <= kMaxAnswerBytes, "{}", records.size());
  Tracee& tracee = *TRY(find(tid));
  MECRR_CHECK(tracee.mode == Mode::kAnswering);
  tracee.has_answers = true;
  TRY(write(tid, RemoteAddress(agent::kLog), records));
  Orders orders{};
  orders.mode = agent::Mode::kAnswer;
  orders.log_bytes = records.size();
  orders.trap_at_end = at_end == AtEnd::kStop ? 1 : 0;
  return write(tid, RemoteAddress(agent::kState), object_bytes(orders));
}

Result<std::size_t> PtraceDevice::take_answered(Tid tid) {
  TRY(find(tid))->has_answers = false;
  Orders orders{};
  TRY(read(tid, RemoteAddress(agent::kState), object_bytes(orders)));
  constexpr auto kOff = agent::Mode::kOff;
  TRY(write(tid, RemoteAddress(agent::kState), object_bytes(kOff)));
  return orders.log_used;
}

/// A task has stopped by a signal inside of the agent. Where that means something to the device, it
/// is led out.
Result<PtraceDevice::LedOut> PtraceDevice::lead_out_of_agent(Tid tid, const siginfo_t& info) {
  const bool is_trap = info.si_signo == SIGTRAP && info.si_code == SI_KERNEL;
  const bool is_fault = (info.si_signo == SIGSEGV || info.si_signo == SIGBUS) && info.si_code > 0;
  if (!is_trap && !is_fault) return LedOut::kNo;
  Registers registers = TRY(ptrace::registers(tid));
  if (!agent::is_in_call(registers.rip)) return LedOut::kNo;
  const agent::CodeHead head = agent::code_head();
  if (is_trap && registers.rip != head.behind_trap) return LedOut::kNo;
  registers.rip = is_trap ? registers.rcx : head.abandon;
  registers.orig_rax = kNoCall;
  TRY(ptrace::set_registers(tid, registers));
  return is_trap ? LedOut::kBehindCall : LedOut::kToCall;
}

}  // namespace mecrr
