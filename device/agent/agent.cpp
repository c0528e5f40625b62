// Where a call enters the agent's C++ (entry.S), and what becomes of it.
#include "device/agent/call.h"

#include <mecrr_agent_table.h>

#include "device/agent/special.h"

namespace mecrr::agent {
namespace {

constexpr std::uint32_t kRowCount = sizeof kRows / sizeof kRows[0];

/// The form that a call of many has with its command; null: the agent takes no such command.
const Form* form_of(const Row& row, const std::uint64_t* arguments) {
  if (row.command_mask == 0) return &row.form;
  std::uint64_t value = arguments[row.command_argument] & row.command_mask;
  if (row.level_argument != kNoLevel) {
    value |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(arguments[row.level_argument]))
             << 32;
  }
  for (unsigned i = 0; i < row.commands; ++i) {
    const Command& command = kCommands[row.first_command + i];
    if (command.value == value) return &command.form;
  }
  return nullptr;
}

Verdict record_call(AgentState& agent) {
  const auto number = static_cast<std::uint32_t>(agent.rax);
  if (number >= kRowCount || kRows[number].taken == 0) {
    abandon(Abandoned::kCall);
    return Verdict::kAbandon;
  }
  const Row& row = kRows[number];
  Call call{
      number, {agent.rdi, agent.rsi, agent.rdx, agent.r10, agent.r8, agent.r9}, &row, nullptr};
  call.form = form_of(row, call.arguments);
  if (call.form == nullptr) {
    abandon(Abandoned::kCall);
    return Verdict::kAbandon;
  }
  return record(call);
}

extern "C" Verdict agent_call() {
  AgentState& agent = state();
  Verdict verdict = Verdict::kAbandon;
  if (agent.stop_requested != 0) {
    agent.abandoned = Abandoned::kRequested;
  } else if (agent.mode == Mode::kRecord) {
    verdict = record_call(agent);
  } else if (agent.mode == Mode::kAnswer) {
    verdict = answer();
  }
  if (verdict == Verdict::kAbandon) {
    forget_closed(static_cast<std::uint32_t>(agent.rax), agent);
  } else {
    ++agent.calls;
  }
  return verdict;
}

}  // namespace

std::uint64_t evaluate(const Amount& amount, const std::uint64_t* arguments, std::int64_t result) {
  std::uint64_t number = 0;
  switch (amount.measure) {
    case Measure::kNothing:
      return 0;
    case Measure::kConstant:
      return static_cast<std::uint64_t>(static_cast<std::int64_t>(amount.extra));
    case Measure::kResult:
      number = result > 0 ? static_cast<std::uint64_t>(result) : 0;
      break;
    case Measure::kArgument:
    case Measure::kBits:
      number = arguments[amount.argument];
      if (amount.cut == Cut::kSigned32)
        number = static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(number)});
      if (amount.cut == Cut::kUnsigned32) number = static_cast<std::uint32_t>(number);
      break;
    case Measure::kBehind: {
      if (arguments[amount.argument] == 0) break;
      const std::uint64_t from = arguments[amount.argument] + amount.offset;
      if (amount.width == 2) number = load<std::uint16_t>(from);
      if (amount.width == 4) number = load<std::uint32_t>(from);
      if (amount.width == 8) number = load<std::uint64_t>(from);
      break;
    }
  }
  if (amount.measure == Measure::kBits) {
    const std::uint64_t bits =
        number + static_cast<std::uint64_t>(static_cast<std::int64_t>(amount.extra));
    return static_cast<std::int64_t>(bits) <= 0 ? 0 : (bits + 63) / 64 * 8;
  }
  // As in calls::evaluate(): a negative length must not wrap into something small.
  std::uint64_t total = 0;
  if (__builtin_mul_overflow(number, std::uint64_t{amount.unit}, &total)) return 0;
  if (__builtin_add_overflow(total, static_cast<std::uint64_t>(std::int64_t{amount.extra}), &total))
    return 0;
  return static_cast<std::int64_t>(total) < 0 ? 0 : total;
}

}  // namespace mecrr::agent
