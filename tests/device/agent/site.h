// The agent in the test's own address space, and a call site that leads to it. Calls are real.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/call_record.h"
#include "device/agent/cpuid_table.h"
#include "device/agent/state.h"
#include "device/system_call.h"

namespace mecrr::agent {

/// All registers, as site.S reads and writes them.
struct CallRegisters {
  std::uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp, r8, r9, r10, r11, r12, r13, r14, r15;
  std::uint64_t flags;
  std::uint64_t raw;  ///< out: whether the site's own `syscall` was reached
};

/// What a record holds.
struct LoggedPart {
  CallPart part;
  Bytes data;  ///< as stored
  std::uint64_t hash = 0;
};
struct LoggedCall {
  CallRecord record;
  std::vector<std::uint64_t> arguments;
  std::vector<LoggedPart> parts;
};

/// Where the records of counters say that they were.
inline constexpr std::uint64_t kCounterSite = 0x12'3456'789a;

/// One mapped agent, switched to recording. One at a time.
class Site {
 public:
  Site();
  ~Site();
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  AgentState& state();
  MutableBytes log();

  /// The agent answers what it has logged, from the start.
  void answer();

  /// Goes through the site; a fault inside of the agent is dealt with as the device does.
  CallRegisters call(const CallRegisters& registers);

  /// Goes through a site of cpuid.
  CallRegisters cpuid(const CallRegisters& registers);
  void answer_cpuid(const CpuidTable& table);

  /// Go through a site of rdtsc, or rdtscp. What is not told is executed here; `raw` says nothing.
  CallRegisters rdtsc(const CallRegisters& registers);
  CallRegisters rdtscp(const CallRegisters& registers);

  struct Outcome {
    bool raw = false;  ///< a stop; then `result` is meaningless
    std::int64_t result = 0;
  };
  Outcome call(std::uint32_t number, std::array<std::uint64_t, 6> arguments = {});

  /// Registers with something in each, and a stack.
  CallRegisters registers();

  std::vector<LoggedCall> logged();

  /// What rcx holds behind a call.
  static std::uint64_t back();

  /// Whether the memory below the stack pointer of registers() is as it was.
  bool red_zone_is_whole() const;

 private:
  static constexpr std::size_t kStackBytes = 4096;
  alignas(16) std::array<std::byte, kStackBytes> stack_;
};

inline std::uint64_t number_of(const void* pointer) {
  return __builtin_bit_cast(std::uint64_t, pointer);
}

}  // namespace mecrr::agent
