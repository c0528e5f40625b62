// Answer mode: the program's call is compared with the next one of the log, and answered from it.
#include "base/call_record.h"
#include "device/agent/call.h"
#include "device/agent/hash.h"

namespace mecrr::agent {
namespace {

constexpr std::uint64_t kMaxArguments = 6;

bool same_call(const AgentState& agent, const CallRecord& record) {
  const std::uint64_t arguments[kMaxArguments] = {agent.rdi, agent.rsi, agent.rdx,
                                                  agent.r10, agent.r8,  agent.r9};
  if (record.number != static_cast<std::uint32_t>(agent.rax) || record.rip != agent.rcx ||
      record.rsp != agent.rsp || record.arguments > kMaxArguments)
    return false;
  const std::uint64_t stored = address_of(&record + 1);
  for (unsigned i = 0; i < record.arguments; ++i) {
    if (load<std::uint64_t>(stored + i * sizeof(std::uint64_t)) != arguments[i]) return false;
  }
  return true;
}

/// Whether the program's memory is as when it was recorded.
bool same_memory(const CallPart& part, std::uint64_t data) {
  if (!equal(part.address, data, part.stored())) return false;
  if (part.kind == CallPart::Kind::kText && load<char>(part.address + part.size) != 0) return false;
  if (!part.has_hash()) return true;
  const std::uint64_t hash = data + (std::uint64_t{part.stored()} + 7) / 8 * 8;
  return hash64(part.address, part.size) == load<std::uint64_t>(hash);
}

bool apply(const CallRecord& record, std::uint64_t end) {
  std::uint64_t next = address_of(&record + 1) + record.arguments * sizeof(std::uint64_t);
  for (unsigned i = 0; i < record.parts; ++i) {
    const CallPart& part = *at<const CallPart>(next);
    if (end - next < sizeof part || end - next < part.bytes()) return false;
    const std::uint64_t data = next + sizeof part;
    if (part.kind == CallPart::Kind::kWritten) {
      copy(part.address, data, part.size);
    } else if (!same_memory(part, data)) {
      return false;
    }
    next += part.bytes();
  }
  return next == end;
}

}  // namespace

Verdict answer() {
  AgentState& agent = state();
  const std::uint64_t left = agent.log_bytes - agent.log_used;
  if (left == 0) {
    abandon(Abandoned::kLogEnd);
    return Verdict::kAbandon;
  }
  const CallRecord& record = *at<const CallRecord>(kLog + agent.log_used);
  // Said beforehand: a fault in what follows is a difference too.
  agent.differs = 1;
  agent.abandoned = Abandoned::kDiffers;
  if (left < sizeof record || record.bytes > left || record.bytes < sizeof record ||
      !same_call(agent, record) || !apply(record, address_of(&record) + record.bytes))
    return Verdict::kAbandon;
  agent.differs = 0;
  agent.abandoned = Abandoned::kNever;
  agent.rax = static_cast<std::uint64_t>(record.result);
  agent.log_used += record.bytes;
  const bool at_end = agent.log_used == agent.log_bytes;
  return at_end && agent.trap_at_end != 0 ? Verdict::kTrap : Verdict::kDone;
}

}  // namespace mecrr::agent
