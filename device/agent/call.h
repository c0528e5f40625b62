// A call that is inside the agent. Freestanding.
#pragma once

#include <cstdint>

#include "device/agent/memory.h"
#include "device/agent/state.h"
#include "device/agent/table.h"

namespace mecrr::agent {

struct Call {
  std::uint64_t number;
  std::uint64_t arguments[6];
  const Row* row;
  const Form* form;                              ///< of the row, or of its command
  std::uint32_t output = 0;                      ///< CallRecord::output
  Descriptor descriptor = Descriptor::kUnknown;  ///< of argument 0, where the row needs it

  int fd(unsigned argument) const { return static_cast<int>(arguments[argument]); }
};

/// What becomes of a call: agent_call()'s result, as entry.S knows it.
enum class Verdict : std::uint32_t { kAbandon = 0, kDone = 1, kTrap = 2, kTell = 3 };

/// Remembers why the call becomes a stop. @return false, for `return abandon(…)`
inline bool abandon(Abandoned why) {
  state().abandoned = why;
  return false;
}

/// Makes, or answers, the call whose registers are in the state. (record.cpp, answer.cpp)
Verdict record(Call& call);
Verdict answer();

/// The number that `amount` comes to, as calls::evaluate(). Numbers behind pointers are read now.
std::uint64_t evaluate(const Amount& amount, const std::uint64_t* arguments, std::int64_t result);

}  // namespace mecrr::agent
