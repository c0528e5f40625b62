#include "device/agent/code.h"

#include "base/check.h"

// code.S
extern "C" const std::byte mecrr_agent_code[];
extern "C" const std::byte mecrr_agent_code_end[];

namespace mecrr::agent {

ByteView code() { return {mecrr_agent_code, mecrr_agent_code_end}; }

CodeHead code_head() {
  const auto head = load<CodeHead>(code());
  MECRR_CHECK(head.has_value(), "the agent's code is {} bytes", code().size());
  return *head;
}

bool is_in_call(std::uint64_t rip) {
  static const CodeHead head = code_head();
  const bool is_in_cpuid = rip >= head.cpuid && rip < head.cpuid_end;
  const bool is_in_counter = rip >= head.counter && rip < head.counter_end;
  return rip >= kCode && rip < kCodeEnd && !is_in_cpuid && !is_in_counter;
}

}  // namespace mecrr::agent
