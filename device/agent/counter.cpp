// rdtsc and rdtscp: what enters here (entry.S), and what becomes of it.
#include <sys/syscall.h>

#include "base/call_record.h"
#include "device/agent/call.h"
#include "device/agent/counter.h"
#include "device/agent/kernel.h"

namespace mecrr::agent {
namespace {

struct Timespec {
  std::int64_t s, ns;
};

/// The instruction that the program has come to.
struct Asked {
  std::uint64_t site;  ///< its own address
  bool rdtscp;

  std::uint64_t bytes() const { return rdtscp ? 3 : 2; }
  std::uint16_t number() const { return rdtscp ? kRdtscpRecord : kRdtscRecord; }
  std::uint8_t arguments() const { return rdtscp ? 1 : 0; }
};

Asked asked(const AgentState& agent) {
  constexpr std::uint8_t kRdtscpOpcode = 0x01;  // 0f 01 f9; rdtsc is 0f 31
  return {.site = load<std::uint64_t>(agent.cpuid_back - sizeof(std::uint64_t)),
          .rdtscp = load<std::uint8_t>(agent.cpuid_back + 1) == kRdtscpOpcode};
}

/// Register rcx behind rdtscp, as Linux sets it up: the node, then 12 bits of the processor.
std::uint64_t processor() {
  std::uint32_t cpu = 0;
  std::uint32_t node = 0;
  kernel(SYS_getcpu, address_of(&cpu), address_of(&node));
  return node << 12 | cpu;
}

/// What the program is to see.
void tell(AgentState& agent, const Asked& what, std::uint64_t counter, std::uint64_t aux) {
  agent.rax = static_cast<std::uint32_t>(counter);
  agent.cpuid_rdx = counter >> 32;
  if (what.rdtscp) agent.rcx = aux;
  agent.cpuid_back += what.bytes();
  ++agent.calls;
}

void record(AgentState& agent, const Asked& what) {
  constexpr std::uint64_t kClockMonotonicRaw = 4;
  const std::uint64_t bytes = sizeof(CallRecord) + what.arguments() * sizeof(std::uint64_t);
  if (agent.counter.scale == 0 || agent.log_used > agent.log_bytes ||
      agent.log_bytes - agent.log_used < bytes)
    return;
  Timespec now;
  if (kernel(SYS_clock_gettime, kClockMonotonicRaw, address_of(&now)) != 0) return;
  constexpr std::uint64_t kNsInSecond = 1'000'000'000;
  const std::uint64_t counter =
      counter_at(agent.counter, static_cast<std::uint64_t>(now.s) * kNsInSecond +
                                    static_cast<std::uint64_t>(now.ns));
  const std::uint64_t aux = what.rdtscp ? processor() : 0;
  CallRecord& made = *at<CallRecord>(kLog + agent.log_used);
  made = {.bytes = static_cast<std::uint32_t>(bytes),
          .number = what.number(),
          .arguments = what.arguments(),
          .parts = 0,
          .result = static_cast<std::int64_t>(counter),
          .rip = what.site,
          .rsp = agent.rsp,
          .output = 0,
          .reserved = 0};
  if (what.rdtscp) store(address_of(&made + 1), aux);
  agent.log_used += bytes;
  tell(agent, what, counter, aux);
}

void answer(AgentState& agent, const Asked& what) {
  const std::uint64_t left = agent.log_bytes - agent.log_used;
  if (left == 0) return;
  const std::uint64_t bytes = sizeof(CallRecord) + what.arguments() * sizeof(std::uint64_t);
  const CallRecord& told = *at<const CallRecord>(kLog + agent.log_used);
  if (left < bytes || told.bytes != bytes || told.number != what.number() ||
      told.rip != what.site || told.rsp != agent.rsp) {
    agent.differs = 1;
    agent.abandoned = Abandoned::kDiffers;
    return;
  }
  // Behind a call there is an int3 for that. Here the stop is at the instruction itself.
  if (left == bytes && agent.trap_at_end != 0) return;
  agent.log_used += bytes;
  tell(agent, what, static_cast<std::uint64_t>(told.result),
       what.rdtscp ? load<std::uint64_t>(address_of(&told + 1)) : 0);
}

/// Moves cpuid_back, where the program goes on, behind the instruction, and sets what that
/// overwrites; or leaves all as it is, and the instruction is a stop.
extern "C" void agent_counter() {
  AgentState& agent = state();
  if (agent.stop_requested != 0) return;
  if (agent.mode == Mode::kRecord) record(agent, asked(agent));
  if (agent.mode == Mode::kAnswer) answer(agent, asked(agent));
}

}  // namespace
}  // namespace mecrr::agent
